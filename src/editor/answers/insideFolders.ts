import { realpathSync, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';

/** True for a file of one of the folders, all links followed: one that leads outside is none. */
export async function isFileInside(path: string, folders: readonly string[]): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const target = await realpath(path);
    const tops = await Promise.all(folders.map((folder) => realpath(folder)));
    return isBelow(target, tops);
  } catch {
    return false; // There is no such file: no link.
  }
}

/** The same at once, for who can't wait. */
export function isFileInsideSync(path: string, folders: readonly string[]): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    return isBelow(
      realpathSync(path),
      folders.map((folder) => realpathSync(folder)),
    );
  } catch {
    return false; // There is no such file: no link.
  }
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const steps = relative(folder, path);
    return steps !== '' && !isAbsolute(steps) && !/^\.\.(?:[/\\]|$)/.test(steps);
  });
}
