import { access, constants, lstat, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, relative, sep } from 'node:path';

export interface ExecutableSearch {
  /** Folders that strangers may have written: no program in them, or linked to in them, is found. */
  readonly outside?: readonly string[];
  /** Folders to look in, as in the environment; by default those of this process. */
  readonly path?: string;
}

/**
 * The absolute path of a program on the PATH; null when there is none. Relative folders on the PATH, which
 * stand for whatever folder is current, are passed over, and so is the current folder, which Windows looks
 * in first.
 * @param name without a folder and, on Windows, without `.exe`: nothing else is started there.
 */
export async function resolveExecutable(
  name: string,
  { outside = [], path = process.env['PATH'] ?? '' }: ExecutableSearch = {},
): Promise<string | null> {
  const windows = process.platform === 'win32';
  for (const entry of path.split(delimiter)) {
    const folder = windows ? entry.replaceAll('"', '') : entry;
    if (!isAbsolute(folder)) continue;
    const file = join(folder, windows && !/\.exe$/i.test(name) ? `${name}.exe` : name);
    if ((await isExecutable(file)) && (await isOutside(file, outside))) return file;
  }
  return null;
}

/** Whether neither a path nor what it leads to, as far as it exists, is in one of the folders. */
export async function isOutside(path: string, folders: readonly string[]): Promise<boolean> {
  if (folders.length === 0) return true;
  const forms = [path, await realpath(path).catch(() => path)];
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => folder);
    if (forms.some((form) => isWithin(form, folder) || isWithin(form, real))) return false;
  }
  return true;
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    // What Microsoft's store installs can be started, but not looked into.
    if (process.platform === 'win32') return !(await lstat(file)).isDirectory();
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
