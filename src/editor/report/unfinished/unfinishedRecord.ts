import { readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readOwnText } from '../../../ground/regularFile';
import { isRunning } from '../../../repository/language/isRunning';
import { isRunName } from '../../../trajectory/events';

/**
 * A run that writes a report, as it is known to windows that come after it. What the report is to be, and
 * where it is to go, is in the run's log.
 */
export interface UnfinishedReport {
  readonly run: string;
  readonly question: string;
  /** Absolute paths of the folders that it is about. */
  readonly folders: readonly string[];
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

/** How often whoever has a record says that they go on, in milliseconds. */
export const beatMs = 5_000;
/** Who said nothing for so long is gone, whatever has their process id now. */
const silentMs = 60_000;

/** The record of a run, as a file of its folder. */
export interface RecordFile {
  readonly path: string;
  readonly report: UnfinishedReport;
  /** Whether there is still who writes the report, or who has taken it. */
  readonly isHeld: boolean;
}

/** Where the record of a run is as long as nobody has taken its report. */
export function recordPath(folder: string, run: string): string {
  return join(folder, run + ending);
}

/** Where it is while this process has taken its report: a rename makes both known at once. */
export function claimPath(folder: string, run: string): string {
  return `${recordPath(folder, run)}.${encodeURIComponent(hostname())}.${process.pid}${claimed}`;
}

/** The records in a folder, newest run first. @param run only of that one. */
export async function readRecords(folder: string, run?: string): Promise<readonly RecordFile[]> {
  const names = await readdir(folder).catch(() => []);
  const found: RecordFile[] = [];
  for (const name of names.sort().reverse()) {
    const [, of, isClaimed, host = '', pid = 0] = recordName.exec(name) ?? [];
    if (of === undefined || of !== (run ?? of)) continue;
    const path = join(folder, name);
    const report = await readRecord(path);
    if (report?.run !== of) continue;
    const isHeld = isClaimed
      ? await isAlive(path, Number(pid), host === encodeURIComponent(hostname()))
      : await isAlive(path, report.pid, report.host === hostname());
    found.push({ path, report, isHeld });
  }
  return found;
}

/** A record has its question, which may be long, and the places of some folders. */
const mostBytes = 16 * 1024 * 1024;
const ending = '.unfinished.json';
const claimed = '.claimed';
/** `RUN.unfinished.json`, and of one that is taken `….HOST.PID.claimed`; earlier versions left the two out. */
const recordName = /^([\w-]+)\.unfinished\.json((?:\.(.+)\.(\d+))?\.claimed)?$/;

/** @param isHere whether the process is one of this machine: run folders may be shared. */
async function isAlive(path: string, pid: number, isHere: boolean): Promise<boolean> {
  if (pid === 0) return false;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  if (Date.now() - mtimeMs > silentMs) return false;
  // Of a process on another machine only its silence tells.
  return !isHere || isRunning(pid);
}

async function readRecord(path: string): Promise<UnfinishedReport | null> {
  try {
    const value: unknown = JSON.parse(await readOwnText(path, mostBytes, 'anyone'));
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
  const { run, question, folders, path, sections, openSections, before, pid, host } = {
    ...blank,
    ...value,
  };
  const texts = [run, question, path, host];
  const numbers = [sections, openSections, pid];
  return (
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => typeof number === 'number') &&
    isRun(run) &&
    Array.isArray(before) &&
    before.every(isRun) &&
    Array.isArray(folders) &&
    folders.every((folder) => typeof folder === 'string')
  );
}

function isRun(value: unknown): boolean {
  return typeof value === 'string' && isRunName(value);
}

const blank: Readonly<Record<string, unknown>> = {};
