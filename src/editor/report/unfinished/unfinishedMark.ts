import { mkdir, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { replaceFile } from '../../../ground/replaceFile';
import { beatMs, readRecords, recordPath, type UnfinishedReport } from './unfinishedRecord';
import { forgetRun } from './unfinishedReports';

/** The least time between two writes of the record, in ms. */
const writeGapMs = 500;

/** What a run knows of its report. */
export type ReportFacts = Omit<UnfinishedReport, 'before' | 'pid' | 'host'>;

/**
 * Keeps a record beside the log of a run while its report is being written. It survives if the window is killed. The
 * record of a resumed run is removed once the run that resumes it has one.
 */
export class UnfinishedMark {
  readonly #folder: string;
  readonly #resumed: string | null;
  readonly #onError: (error: unknown) => void;
  #told = false;
  /** Null before the first record is written. */
  #before: readonly string[] | null = null;
  #facts: ReportFacts | null = null;
  #written: ReportFacts | null = null;
  #writing: Promise<void> = Promise.resolve();
  #waiting: NodeJS.Timeout | undefined;
  #beating: NodeJS.Timeout | undefined;

  /**
   * @param folder of run logs. @param resumed the run that this one resumes; null for none.
   * @param onError called once if the record can't be written; the run goes on.
   */
  constructor(folder: string, resumed: string | null, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#resumed = resumed;
    this.#onError = onError;
  }

  /** Takes the report's progress. The first call makes the record. */
  update(facts: ReportFacts): void {
    const first = this.#facts === null;
    this.#facts = facts;
    if (first) {
      this.#write();
      this.#beating = setInterval(() => this.#beat(), beatMs);
    } else {
      this.#waiting ??= setTimeout(() => this.#write(), writeGapMs);
    }
  }

  /** Notes that the run has ended. @param keep whether to offer the report all the same. */
  async end(keep: boolean): Promise<void> {
    clearTimeout(this.#waiting);
    clearInterval(this.#beating);
    if (this.#facts === null) return;
    const { run } = this.#facts;
    // With pid 0, so that the next window need not wait for silence.
    if (keep) this.#write(0);
    // A failure to remove it does not matter: the run has its answer.
    else this.#after(() => this.#forget([run, ...(this.#before ?? [])]));
    await this.#writing;
  }

  #write(pid = process.pid): void {
    this.#waiting = undefined;
    const facts = this.#facts;
    if (!facts || (facts === this.#written && pid !== 0)) return;
    this.#written = facts;
    const path = recordPath(this.#folder, facts.run);
    this.#after(async () => {
      const before = this.#before ?? (await this.#runsBefore());
      const record: UnfinishedReport = { ...facts, before, pid, host: hostname() };
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await replaceFile(path, JSON.stringify(record));
      if (this.#before === null) await this.#forget(before);
      this.#before = before;
    });
  }

  async #runsBefore(): Promise<readonly string[]> {
    if (this.#resumed === null) return [];
    const [record] = await readRecords(this.#folder, this.#resumed);
    const before = record?.report.before ?? [];
    return [this.#resumed, ...before];
  }

  async #forget(runs: readonly string[]): Promise<void> {
    for (const run of runs) await forgetRun(this.#folder, run);
  }

  #beat(): void {
    const run = this.#facts?.run;
    if (run === undefined) return;
    const now = new Date();
    this.#after(() => utimes(recordPath(this.#folder, run), now, now));
  }

  #after(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      // It is tried again and again, but reported once.
      if (!this.#told) this.#onError(error);
      this.#told = true;
    });
  }
}
