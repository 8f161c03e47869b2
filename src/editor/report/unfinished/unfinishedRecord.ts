import { readdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readOwnText } from '../../../ground/regularFile';
import { isRunning } from '../../../repository/language/isRunning';
import { isRunName } from '../../../trajectory/events';

/**
 * A run that writes a report, for later windows. The wish for the report and its target are in the run's log.
 */
export interface UnfinishedReport {
  readonly run: string;
  readonly question: string;
  /** Absolute paths of its folders. */
  readonly folders: readonly string[];
  /** Path of the report file. */
  readonly path: string;
  readonly sections: number;
  readonly openSections: number;
  /** The runs that it resumed, one after the other. They wrote the same file, and only this record knows them. */
  readonly before: readonly string[];
  /** The process that writes it, and its machine, as run folders may be shared. */
  readonly pid: number;
  readonly host: string;
}

/** How often the owner of a record touches it, in ms. */
export const beatMs = 5_000;
/** An owner that was silent for so long is gone, in ms, even if its process id is in use again. */
const silentMs = 60_000;

/** The file of a run's record. */
export interface RecordFile {
  readonly path: string;
  readonly report: UnfinishedReport;
  /** Whether a process still writes the report, or has claimed it. */
  readonly isHeld: boolean;
}

/** The path of a run's record while nobody has claimed the report. */
export function recordPath(folder: string, run: string): string {
  return join(folder, run + ending);
}

/** The path of the record while this process has claimed the report. */
export function claimPath(folder: string, run: string): string {
  return `${recordPath(folder, run)}.${encodeURIComponent(hostname())}.${process.pid}${claimed}`;
}

/** The records in a folder, newest run first. @param run only that run's. */
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

/** A record has its question, which may be long, and the paths of some folders. */
const mostBytes = 16 * 1024 * 1024;
const ending = '.unfinished.json';
const claimed = '.claimed';
/** `RUN.unfinished.json`, or `RUN.unfinished.json.HOST.PID.claimed`. Earlier versions left out HOST and PID. */
const recordName = /^([\w-]+)\.unfinished\.json((?:\.(.+)\.(\d+))?\.claimed)?$/;

/** @param isHere whether the process is on this machine: run folders may be shared. */
async function isAlive(path: string, pid: number, isHere: boolean): Promise<boolean> {
  if (pid === 0) return false;
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  if (Date.now() - mtimeMs > silentMs) return false;
  // A process on another machine can only be judged by its silence.
  return !isHere || isRunning(pid);
}

async function readRecord(path: string): Promise<UnfinishedReport | null> {
  try {
    const value: unknown = JSON.parse(await readOwnText(path, mostBytes, 'anyone'));
    // Records of earlier versions have no `before`.
    const record = isObject(value) ? { before: [], ...value } : null;
    return isRecord(record) ? record : null;
  } catch {
    return null; // Not a record, or gone meanwhile.
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
