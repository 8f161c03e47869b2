import { type Disposable, window } from 'vscode';
import { reportFigures } from '../../ground/figures';
import type { ReportProgress } from '../../rlm/report/reportProgress';
import type { Log } from '../log';
import { messages } from '../messages';
import type { RunFollower } from '../running/runFollower';
import { PlaceholderHint } from './document/placeholderHint';
import { insertContents } from './outline/insertContents';
import { ReportOutline } from './outline/reportOutline';
import type { ReportDocuments } from './reportDocuments';
import { ReportStatus } from './reportStatus';
import { RunReport } from './runReport';

/** The least time between two updates of the views, in ms. */
const lookGapMs = 250;
/** How many runs' reports can be shown again. */
const mostRuns = 8;

/** The reports of this window. Any run may write one. */
export class Reports implements Disposable {
  readonly #log: Log;
  readonly #documents: ReportDocuments;
  readonly #status = new ReportStatus();
  readonly #outline = new ReportOutline();
  readonly #hint = new PlaceholderHint();
  readonly #listeners: readonly Disposable[];
  readonly #runs: RunReport[] = [];
  /** The shown report: the one that began last, or whose document the user looks at. */
  #current: RunReport | null = null;
  #looking: NodeJS.Timeout | null = null;

  /** @param documents gets every document in which a report grows. */
  constructor(log: Log, documents: ReportDocuments) {
    this.#log = log;
    this.#documents = documents;
    this.#listeners = [
      window.onDidChangeActiveTextEditor((editor) => {
        const run = this.#runs.find(({ mirror }) =>
          mirror.growing.some(({ document }) => document === editor?.document),
        );
        if (run && run !== this.#current) this.#choose(run);
      }),
      window.onDidChangeVisibleTextEditors(() => this.#lookSoon()),
    ];
  }

  /** The shown report; null before one was written. */
  get current(): RunReport | null {
    return this.#current;
  }

  /** Shows what a run writes, from its first text on. */
  followRun(question: string): RunFollower {
    const run = this.#begin(question);
    return {
      onReport: run.onReport,
      onDocument: run.onDocument,
      onEnd: ({ result }) => run.end(result?.report ?? null),
    };
  }

  #begin(question: string): RunReport {
    return new RunReport(question, {
      log: this.#log,
      documents: this.#documents,
      onChange: (run) => this.#changed(run),
    });
  }

  /** Brings the report to the front. */
  async show(): Promise<void> {
    await this.#do(({ mirror }) => mirror.show());
  }

  /** Shows a finished report. @returns false when it could not be opened. */
  async showFinished(question: string, progress: ReportProgress): Promise<boolean> {
    const run = this.#begin(question);
    run.onReport(progress);
    run.end(null);
    await run.mirror.show();
    return run.mirror.growing.length > 0;
  }

  /** Opens the report's own file. */
  async openFile(): Promise<void> {
    await this.#do((run) => run.openFile());
  }

  /** Inserts a table of contents at the top of the report's documents. */
  async insertContents(): Promise<void> {
    await this.#do((run) => insertContents(run));
  }

  /** Shows the section or document of the selected row of the outline. */
  async openOutlineRow(): Promise<void> {
    const chosen = this.#outline.selected;
    if (chosen?.kind === 'section') await this.#do((run) => run.reveal(chosen.section.id));
    if (chosen?.kind === 'document') await this.#showDocument(chosen.document.path);
  }

  dispose(): void {
    if (this.#looking) clearTimeout(this.#looking);
    for (const run of this.#runs) run.dispose();
    for (const listener of this.#listeners) listener.dispose();
    this.#status.dispose();
    this.#outline.dispose();
    this.#hint.dispose();
  }

  async #showDocument(path: string): Promise<void> {
    for (const { documents } of this.#runs) if (await documents.show(path)) return;
  }

  async #do(action: (run: RunReport) => Promise<void>): Promise<void> {
    if (this.#current) await action(this.#current);
    else void messages.showInformationMessage('No report was written in this window yet.');
  }

  #changed(run: RunReport): void {
    if (!this.#runs.includes(run) && (run.progress || run.documents.all.length > 0)) {
      this.#runs.push(run);
      if (this.#runs.length > mostRuns) this.#runs.shift()?.dispose();
      this.#choose(run);
    }
    if (run === this.#current) this.#lookSoon();
  }

  #choose(run: RunReport): void {
    this.#current = run;
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#looking ??= setTimeout(() => {
      this.#looking = null;
      this.#look();
    }, lookGapMs);
  }

  #look(): void {
    if (!this.#current) return;
    const { question, progress, running, documents, mirror } = this.#current;
    if (progress) this.#status.show(question, progress, running);
    this.#hint.show(mirror, running ? progress : null);
    this.#outline.show({
      sections: progress?.outline() ?? [],
      documents: documents.all,
      figures: progress ? reportFigures(progress) : '',
    });
  }
}
