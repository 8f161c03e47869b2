import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Revisions } from '../../rlm/report/reportTemplates';

/** A run that writes a report, as it is known to windows that come after it. */
export interface UnfinishedReport {
  readonly run: string;
  readonly question: string;
  /** Absolute paths of the folders that it is about. */
  readonly folders: readonly string[];
  /** Null when only an answer was wanted, and code wrote a report all the same. */
  readonly wish: {
    readonly template: string | null;
    readonly revisions: Revisions | null;
    readonly language: string;
  } | null;
  /** Where it goes besides its document, as `choicesFrom` takes it. */
  readonly target: Readonly<Record<string, string>>;
  /** Path of the report as far as it is finished. */
  readonly path: string;
  readonly sections: number;
  readonly openSections: number;
  /** The runs that it went on with: they wrote the same file, and are known by this record only. */
  readonly before: readonly string[];
  /** The process that writes it, and its machine: run folders may be shared. */
  readonly pid: number;
  readonly host: string;
}

const ending = '.unfinished.json';
/** How often a run that goes on says so, in milliseconds; the record is written no more often either. */
const beatMs = 5_000;
const writeGapMs = 500;
/** A run that said nothing for so long is over, whatever has its process id now. */
const silentMs = 60_000;

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
    const path = pathOf(this.#folder, facts.run);
    this.#after(async () => {
      const before = this.#before ?? (await this.#runsBefore());
      const record: UnfinishedReport = { ...facts, before, pid, host: hostname() };
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
      await rename(`${path}.new`, path);
      if (this.#before === null) await this.#forget(before);
      this.#before = before;
    });
  }

  async #runsBefore(): Promise<readonly string[]> {
    if (this.#resumed === null) return [];
    return [this.#resumed, ...(await runsBefore(this.#folder, this.#resumed))];
  }

  async #forget(runs: readonly string[]): Promise<void> {
    for (const run of runs) await forgetRun(this.#folder, run);
  }

  #beat(): void {
    const run = this.#facts?.run;
    if (run === undefined) return;
    const now = new Date();
    this.#after(() => utimes(pathOf(this.#folder, run), now, now));
  }

  #after(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error: unknown) => {
      // It is tried again and again: once says enough.
      if (!this.#told) this.#onError(error);
      this.#told = true;
    });
  }
}

/**
 * Reports that nobody writes any more, newest first.
 * @param open absolute paths of this window's folders: reports about others are left out.
 */
export async function findUnfinished(
  folder: string,
  open: readonly string[],
): Promise<readonly UnfinishedReport[]> {
  const names = await readdir(folder).catch(() => []);
  const records = names.filter((name) => name.endsWith(ending)).sort();
  const found: UnfinishedReport[] = [];
  // A window may be killed between the record of a run that goes on and the end of the one before.
  const replaced = new Set<string>();
  for (const name of records.reverse()) {
    const record = await readRecord(join(folder, name));
    if (!record || name !== record.run + ending) continue;
    for (const run of record.before) replaced.add(run);
    if (await isAlive(folder, record)) continue;
    const here = record.folders.length === open.length;
    if (here && record.folders.every((path) => open.includes(path))) found.push(record);
  }
  return found.filter(({ run }) => !replaced.has(run));
}

/**
 * Takes a report, so that no other window offers it too. False when one has it already.
 */
export async function claim(folder: string, { run }: UnfinishedReport): Promise<boolean> {
  const path = pathOf(folder, run);
  return rename(path, `${path}.claimed`).then(
    () => true,
    () => false,
  );
}

/** Gives a report back that was taken: it is offered again the next time. */
export async function giveBack(folder: string, { run }: UnfinishedReport): Promise<void> {
  const path = pathOf(folder, run);
  await rename(`${path}.claimed`, path).catch(() => undefined);
}

/** Forgets a report that was taken. @param files deletes what was written of it, too; its log stays. */
export async function forget(
  folder: string,
  { run, before, path }: UnfinishedReport,
  files: boolean,
): Promise<void> {
  const runs = [run, ...before];
  for (const one of runs) await forgetRun(folder, one);
  if (!files) return;
  await rm(path, { force: true });
  for (const one of runs) await rm(sidePathOf(folder, one), { force: true });
}

/**
 * Forgets that the report of a run was left unfinished, whether somebody has taken it or not. What can't be
 * removed is offered again.
 */
export async function forgetRun(folder: string, run: string): Promise<void> {
  const path = pathOf(folder, run);
  await rm(path, { force: true }).catch(() => undefined);
  await rm(`${path}.claimed`, { force: true }).catch(() => undefined);
}

/** What a killed run wrote out of order, if it did. */
export function sidePathOf(folder: string, run: string): string {
  return join(folder, `${run}.report-parts`);
}

function pathOf(folder: string, run: string): string {
  return join(folder, run + ending);
}

async function isAlive(folder: string, record: UnfinishedReport): Promise<boolean> {
  if (record.pid === 0) return false;
  const { mtimeMs } = await stat(pathOf(folder, record.run)).catch(() => ({ mtimeMs: 0 }));
  if (Date.now() - mtimeMs > silentMs) return false;
  // Of a process on another machine only its silence tells.
  return record.host !== hostname() || isRunning(record.pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The runs that an unfinished one went on with, whether somebody has taken its report or not. */
async function runsBefore(folder: string, run: string): Promise<readonly string[]> {
  const path = pathOf(folder, run);
  const record = (await readRecord(path)) ?? (await readRecord(`${path}.claimed`));
  return record?.before ?? [];
}

async function readRecord(path: string): Promise<UnfinishedReport | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    // Those of earlier versions don't say what was before.
    const record = isObject(value) ? { before: [], ...value } : null;
    return isRecord(record) ? record : null;
  } catch {
    return null; // Not ours, or gone meanwhile.
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is UnfinishedReport {
  if (!isObject(value)) return false;
  const { run, question, folders, wish, target, path, sections, openSections, before, pid, host } =
    { ...blank, ...value };
  const texts = [run, question, path, host];
  const numbers = [sections, openSections, pid];
  return (
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => typeof number === 'number') &&
    isRunName(run) &&
    Array.isArray(before) &&
    before.every(isRunName) &&
    Array.isArray(folders) &&
    folders.every((folder) => typeof folder === 'string') &&
    isObject(target) &&
    isWish(wish)
  );
}

/** A path is made of it. */
function isRunName(value: unknown): boolean {
  return typeof value === 'string' && /^[\w-]+$/.test(value);
}

function isWish(value: unknown): boolean {
  if (value === null) return true;
  if (!isObject(value)) return false;
  const { template, language, revisions } = { ...blank, ...value };
  return (
    typeof language === 'string' &&
    (template === null || typeof template === 'string') &&
    (revisions === null || typeof revisions === 'object')
  );
}

const blank: Readonly<Record<string, unknown>> = {};
