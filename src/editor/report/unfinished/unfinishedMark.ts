import { mkdir, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { replaceFile } from '../../../ground/replaceFile';
import { beatMs, readRecords, recordPath, type UnfinishedReport } from './unfinishedRecord';
import { forgetRun } from './unfinishedReports';

/** The record is written no more often, in milliseconds. */
const writeGapMs = 500;

/** What a run tells of its report. */
export type ReportFacts = Omit<UnfinishedReport, 'before' | 'pid' | 'host'>;

/**
 * Keeps a record beside the log of a run as long as its report is being written. It outlives a window
 * that is killed. That of a run which is resumed goes once there is one of the run that resumes it.
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
   * @param folder of run logs. @param resumed the run that this one goes on with; null for none.
   * @param onError told once when the record can't be written; the run goes on.
   */
  constructor(folder: string, resumed: string | null, onError: (error: unknown) => void) {
    this.#folder = folder;
    this.#resumed = resumed;
    this.#onError = onError;
  }

  /** How far the report is. The first time makes the record. */
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

  /** The run has ended. @param keep the report is to be offered all the same. */
  async end(keep: boolean): Promise<void> {
    clearTimeout(this.#waiting);
    clearInterval(this.#beating);
    if (this.#facts === null) return;
    const { run } = this.#facts;
    // Nobody writes it any more: a window that starts at once must not wait for silence.
    if (keep) this.#write(0);
    // What can't be removed was never written: the run has its answer all the same.
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
      // It is tried again and again: once says enough.
      if (!this.#told) this.#onError(error);
      this.#told = true;
    });
  }
}
