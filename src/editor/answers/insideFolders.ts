import { realpathSync, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';

/** True for a file in one of the folders, with all links followed. */
export async function isFileInside(path: string, folders: readonly string[]): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const target = await realpath(path);
    const tops = await Promise.all(folders.map((folder) => realpath(folder)));
    return isBelow(target, tops);
  } catch {
    return false; // There is no such file.
  }
}

/** `isFileInside`, for callers that can't wait. */
export function isFileInsideSync(path: string, folders: readonly string[]): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    return isBelow(
      realpathSync(path),
      folders.map((folder) => realpathSync(folder)),
    );
  } catch {
    return false; // There is no such file.
  }
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const steps = relative(folder, path);
    return steps !== '' && !isAbsolute(steps) && !/^\.\.(?:[/\\]|$)/.test(steps);
  });
}
