import { commands, type Disposable, env, Uri, window } from 'vscode';
import { reportFigures } from '../../ground/figures';
import { messageOf } from '../../ground/fileFailure';
import type { ReportResult } from '../../rlm/report/finishReport';
import type { ReportProgress } from '../../rlm/report/reportProgress';
import type { SavedDocument } from '../../rlm/report/savedDocuments';
import type { Log } from '../log';
import { messages } from '../messages';
import { shorten } from '../shorten';
import { ReportMirror } from './document/reportMirror';
import { WrittenDocuments } from './document/writtenDocuments';
import { outlineViewId } from './outline/reportOutline';
import type { ReportDocuments } from './reportDocuments';

/** Larger files, in bytes, are opened in an editor only after a question. */
const mostOpened = 50_000_000;

export interface RunReportParts {
  readonly log: Log;
  readonly documents: ReportDocuments;
  /** Called, possibly often, when something must be redrawn. */
  readonly onChange: (run: RunReport) => void;
}

/** What a run writes besides its answer: its report, in growing documents, and further documents. */
export class RunReport implements Disposable {
  readonly question: string;
  readonly mirror: ReportMirror;
  readonly documents: WrittenDocuments;
  readonly #onChange: RunReportParts['onChange'];
  readonly #documents: ReportDocuments;
  #progress: ReportProgress | null = null;
  #running = true;
  #disposed = false;
  /** Aborted once the user no longer waits for the section that was asked for last. */
  #wish = new AbortController();
  /** The last problem that the user was told. */
  #told: string | null = null;
  #logged: string | null = null;

  constructor(question: string, { log, documents, onChange }: RunReportParts) {
    this.question = question;
    this.#onChange = onChange;
    this.#documents = documents;
    this.mirror = new ReportMirror({
      subject: question,
      onChange: () => this.#changed(),
      onDocument: (document, spool) => documents.add(document.uri, { spool }),
      onTrouble: (error) => this.#cantRead(error, log),
    });
    this.documents = new WrittenDocuments((error) =>
      log.error('A document of a run can’t be shown.', error),
    );
  }

  /** Null before anything was written. */
  get progress(): ReportProgress | null {
    return this.#progress;
  }

  /** False once nothing more will be written. */
  get running(): boolean {
    return this.#running;
  }

  /** Takes the report's progress. */
  readonly onReport = (progress: ReportProgress): void => {
    // Most runs don't write a report.
    if (progress.bytes + progress.sections === 0 && progress.problem === null) return;
    const moved = this.#progress !== null && this.#progress.path !== progress.path;
    this.#progress = progress;
    if (moved) this.#followFile(progress.path);
    this.mirror.update(progress);
    if (progress.problem !== null) void this.#warn(progress.problem);
    this.#changed();
  };

  /** Takes a document that code opened. */
  readonly onDocument = (document: SavedDocument): void => {
    this.documents.add(document);
    this.#changed();
  };

  /** Notes that the run has ended. @param report null when there is none. */
  end(report: ReportResult | null): void {
    this.#running = false;
    const progress = this.#progress;
    if (progress) {
      // Frees the run, which is not needed for its outline any more.
      const sections = progress.outline();
      this.#progress = { ...progress, outline: () => sections };
      this.mirror.update(this.#progress);
    }
    const problem = report?.problem ?? report?.left ?? null;
    if (problem !== null) void this.#warn(problem);
    this.#changed();
  }

  /** Brings a section to the front as soon as it is in the document, or says why it is not. */
  async reveal(section: number): Promise<void> {
    this.#wish.abort();
    const wish = new AbortController();
    this.#wish = wish;
    if (this.mirror.awaits(section)) await this.#awaitSection(section, wish);
    if (wish.signal.aborted || (await this.mirror.reveal(section))) return;
    const { state } = this.mirror;
    if (state === 'file' || state === 'unreadable') await this.openFile();
    else if (state === 'closed') await this.mirror.show();
    else void messages.showInformationMessage(this.#whereIs(section));
  }

  /** Opens the report's own file; asks first if it is very large. */
  async openFile(): Promise<void> {
    if (!this.#progress) {
      void messages.showInformationMessage('This run wrote documents, but no report.');
      return;
    }
    const { path, bytes } = this.#progress;
    if (bytes > mostOpened) {
      const open = 'Open Anyway';
      const copy = 'Copy Path';
      const picked = await messages.showInformationMessage(
        `The report has ${reportFigures(this.#progress)}, more than editors show well. Its file is ${path}.`,
        open,
        copy,
      );
      if (picked === copy) await env.clipboard.writeText(path);
      if (picked !== open) return;
    }
    await commands.executeCommand('vscode.open', Uri.file(path));
    // Read-only: saving an edit would overwrite what the run writes, or the other way round.
    await commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
  }

  /** Not after `dispose`, when the last of its documents is found to be closed. */
  #changed(): void {
    if (!this.#disposed) this.#onChange(this);
  }

  dispose(): void {
    this.#disposed = true;
    this.#wish.abort();
    this.mirror.dispose();
    this.documents.dispose();
  }

  /** Links the documents to the report's new file. */
  #followFile(spool: string): void {
    for (const { document } of this.mirror.growing) this.#documents.add(document.uri, { spool });
  }

  /** Warns that the file can't be read, once the run has ended: until then the file may come back. */
  #cantRead(error: unknown, log: Log): void {
    const reason = messageOf(error);
    if (this.#logged !== reason) log.error('The file of a report can’t be read.', error);
    this.#logged = reason;
    if (this.#running || !this.#progress) return;
    void this.#warn(
      `The end of the report is not shown, because its file can't be read any more: ${this.#progress.path}. What its documents show stays there: save them.`,
    );
  }

  #whereIs(wanted: number): string {
    const section = this.#progress?.outline().find(({ id }) => id === wanted);
    if (!section || section.at !== null) return 'This section is not in the document any more.';
    const title = shorten(section.title, 60);
    return section.open
      ? `“${title}” is still to be written.`
      : `“${title}” is written. It is shown once the sections before it are.`;
  }

  /** Waits for a section, unless the user goes somewhere else meanwhile. */
  async #awaitSection(section: number, wish: AbortController): Promise<void> {
    const { mirror } = this;
    const moves = window.onDidChangeActiveTextEditor((editor) => {
      const isReport = mirror.growing.some(({ document }) => document === editor?.document);
      if (editor && !isReport) wish.abort();
    });
    try {
      await window.withProgress({ location: { viewId: outlineViewId } }, () =>
        mirror.arrival(section, wish.signal),
      );
    } finally {
      moves.dispose();
    }
  }

  /** Says once what could not be written, and offers what was. */
  async #warn(problem: string): Promise<void> {
    if (this.#told === problem) return;
    this.#told = problem;
    const open = 'Open Report File';
    const picked = await messages.showWarningMessage(
      `“${shorten(this.question, 60)}”: ${problem}`,
      ...(this.#progress && this.#progress.bytes > 0 ? [open] : []),
    );
    if (picked === open) await this.openFile();
  }
}
