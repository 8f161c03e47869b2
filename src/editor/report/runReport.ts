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

/** Files over this size, in bytes, are not opened in an editor unasked. */
const mostOpened = 50_000_000;

export interface RunReportParts {
  readonly log: Log;
  readonly documents: ReportDocuments;
  /** Told whenever something is to be shown anew; may be often. */
  readonly onChange: (run: RunReport) => void;
}

/** What one run writes besides its answer: its report, in documents that grow, and further documents. */
export class RunReport implements Disposable {
  readonly question: string;
  readonly mirror: ReportMirror;
  readonly documents: WrittenDocuments;
  readonly #onChange: RunReportParts['onChange'];
  readonly #documents: ReportDocuments;
  #progress: ReportProgress | null = null;
  #running = true;
  #disposed = false;
  /** Aborted once the user wants something else than the section that was asked for last. */
  #wish = new AbortController();
  /** The problem that the user was told of last. */
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

  /** False once nothing more is written. */
  get running(): boolean {
    return this.#running;
  }

  /** The engine says how far the report is. */
  readonly onReport = (progress: ReportProgress): void => {
    // Any run may write a report, and most do not: there is nothing to show of nothing.
    if (progress.bytes + progress.sections === 0 && progress.problem === null) return;
    const moved = this.#progress !== null && this.#progress.path !== progress.path;
    this.#progress = progress;
    if (moved) this.#followFile(progress.path);
    this.mirror.update(progress);
    if (progress.problem !== null) void this.#warn(progress.problem);
    this.#changed();
  };

  /** The engine says that code opened a document. */
  readonly onDocument = (document: SavedDocument): void => {
    this.documents.add(document);
    this.#changed();
  };

  /** The run has ended. @param report null when there is none. */
  end(report: ReportResult | null): void {
    this.#running = false;
    const progress = this.#progress;
    if (progress) {
      // The run need not be kept for its outline.
      const sections = progress.outline();
      this.#progress = { ...progress, outline: () => sections };
      this.mirror.update(this.#progress);
    }
    const problem = report?.problem ?? report?.left ?? null;
    if (problem !== null) void this.#warn(problem);
    this.#changed();
  }

  /** Brings a section to the front, as soon as it is in the document, or says why it is not. */
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

  /** Opens the report's own file; of a very large one, asks first. */
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
    // What is saved into it would be lost to the run, or the run's to the user: it is there to be read.
    await commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
  }

  /** What was let go of must not come back, when the last of its documents is found to be closed. */
  #changed(): void {
    if (!this.#disposed) this.#onChange(this);
  }

  dispose(): void {
    this.#disposed = true;
    this.#wish.abort();
    this.mirror.dispose();
    this.documents.dispose();
  }

  /** The report goes on in another file: what is done with its documents is done with that. */
  #followFile(spool: string): void {
    for (const { document } of this.mirror.growing) this.#documents.add(document.uri, { spool });
  }

  /** While the run goes on its file may be put back; the run tells what can't be written. */
  #cantRead(error: unknown, log: Log): void {
    const reason = messageOf(error);
    if (this.#logged !== reason) log.error('The file of a report can’t be read.', error);
    this.#logged = reason;
    if (this.#running || !this.#progress) return;
    void this.#warn(
      `The report is not shown to its end, for its file can't be read any more: ${this.#progress.path}. What its documents show stays there: save them.`,
    );
  }

  #whereIs(wanted: number): string {
    const section = this.#progress?.outline().find(({ id }) => id === wanted);
    if (!section || section.at !== null) return 'This section is not in the document any more.';
    const title = shorten(section.title, 60);
    return section.open
      ? `“${title}” is still to be written.`
      : `“${title}” is written. It is shown once those before it are.`;
  }

  /** Waits for a section that is written, unless its user goes somewhere else meanwhile. */
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

  /** Says once what could not be written, and where that is which was. */
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
