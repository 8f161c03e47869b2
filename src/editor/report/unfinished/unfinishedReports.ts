import { readdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isFathomsPlace } from '../../../rlm/report/fathomsPlace';
import {
  beatMs,
  claimPath,
  readRecords,
  recordPath,
  type UnfinishedReport,
} from './unfinishedRecord';

/**
 * Reports that nobody writes any more, newest first.
 * @param open absolute paths of this window's folders: reports about others are left out.
 */
export async function findUnfinished(
  folder: string,
  open: readonly string[],
): Promise<readonly UnfinishedReport[]> {
  const records = await readRecords(folder);
  // A window may be killed between the record of a run that goes on and the end of the one before.
  const others = new Set(records.flatMap(({ report }) => report.before));
  for (const { report, isHeld } of records) if (isHeld) others.add(report.run);
  return records
    .map(({ report }) => report)
    .filter(({ run, folders }) => {
      const here = folders.length === open.length && folders.every((path) => open.includes(path));
      return here && !others.has(run);
    });
}

/** A report that this window has taken. When it lets go and nobody forgot it, it is offered again. */
export type ReportClaim = AsyncDisposable;

/**
 * Takes a report, so that no other window offers it too. Null when one has it already, or it was forgotten;
 * what a window took that is gone is free.
 */
export async function claim(
  folder: string,
  { run }: UnfinishedReport,
): Promise<ReportClaim | null> {
  const records = await readRecords(folder, run);
  if (records.length === 0) return null;
  const own = claimPath(folder, run);
  const beat = async (path: string) => {
    const now = new Date();
    await utimes(path, now, now);
  };
  for (const { path, isHeld } of records) {
    if (isHeld) return null;
    try {
      // First: it must not look like that of a window which is gone, not for a moment.
      await beat(path);
      await rename(path, own);
    } catch {
      return null; // Another window was faster.
    }
  }
  // Once it is forgotten there is nothing to say.
  const beating = setInterval(() => void beat(own).catch(() => undefined), beatMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beating);
      await rename(own, recordPath(folder, run)).catch(() => undefined);
    },
  };
}

/** Forgets a report. @param files deletes what was written of it, too; its log stays. */
export async function forget(
  folder: string,
  { run, before, path }: UnfinishedReport,
  files: boolean,
): Promise<void> {
  const runs = [run, ...before];
  for (const one of runs) await forgetRun(folder, one);
  if (!files) return;
  // A record that is damaged or from elsewhere may name any file.
  if (isFathomsPlace(path, folder)) await rm(path, { force: true });
  for (const one of runs) await rm(sidePathOf(folder, one), { force: true });
}

/**
 * Forgets that the report of a run was left unfinished, whether somebody has taken it or not. What can't be
 * removed is offered again.
 */
export async function forgetRun(folder: string, run: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!join(folder, name).startsWith(recordPath(folder, run))) continue;
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** What a killed run wrote out of order, if it did. */
export function sidePathOf(folder: string, run: string): string {
  return join(folder, `${run}.report-parts`);
}
