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
 * The unfinished reports that nobody writes any more, newest first.
 * @param open absolute paths of this window's folders. Reports about other folders are left out.
 */
export async function findUnfinished(
  folder: string,
  open: readonly string[],
): Promise<readonly UnfinishedReport[]> {
  const records = await readRecords(folder);
  // A window may be killed after a run that resumes wrote its record, and before the earlier one was removed.
  const others = new Set(records.flatMap(({ report }) => report.before));
  for (const { report, isHeld } of records) if (isHeld) others.add(report.run);
  return records
    .map(({ report }) => report)
    .filter(({ run, folders }) => {
      const here = folders.length === open.length && folders.every((path) => open.includes(path));
      return here && !others.has(run);
    });
}

/** A report that this window has claimed. After `dispose` it is offered again, unless it was forgotten. */
export type ReportClaim = AsyncDisposable;

/**
 * Claims a report, so that no other window offers it, too. Null if another window has it, or it was forgotten. The
 * claim of a window that is gone does not count.
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
      // Touched first, so that it never looks like the claim of a window that is gone.
      await beat(path);
      await rename(path, own);
    } catch {
      return null; // Another window was faster.
    }
  }
  // Fails once the report is forgotten, which does not matter.
  const beating = setInterval(() => void beat(own).catch(() => undefined), beatMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beating);
      await rename(own, recordPath(folder, run)).catch(() => undefined);
    },
  };
}

/** Forgets a report. @param files whether to delete its files, too; the log stays. */
export async function forget(
  folder: string,
  { run, before, path }: UnfinishedReport,
  files: boolean,
): Promise<void> {
  const runs = [run, ...before];
  for (const one of runs) await forgetRun(folder, one);
  if (!files) return;
  // A damaged or foreign record may name any file.
  if (isFathomsPlace(path, folder)) await rm(path, { force: true });
  for (const one of runs) await rm(sidePathOf(folder, one), { force: true });
}

/**
 * Removes the record of a run's unfinished report, claimed or not. If that fails, the report is offered again.
 */
export async function forgetRun(folder: string, run: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!join(folder, name).startsWith(recordPath(folder, run))) continue;
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** The file with what a killed run wrote out of order, if it did. */
export function sidePathOf(folder: string, run: string): string {
  return join(folder, `${run}.report-parts`);
}
