import { access, constants, lstat, realpath, stat } from 'node:fs/promises';
import { isAbsolute, posix, relative, sep, win32 } from 'node:path';

export interface ExecutableSearch {
  /** Folders that strangers may have written. Programs in them, or linked into them, are not found. */
  readonly outside?: readonly string[];
  /** Folders to look in, as in the environment variable; by default that of this process. */
  readonly path?: string;
  /** By default that of this process. */
  readonly platform?: NodeJS.Platform;
}

/**
 * The absolute path of a program on the PATH; null when there is none. Skips relative folders on the PATH,
 * and the current folder, which Windows would look in first.
 * @param name without a folder and, on Windows, without `.exe`: nothing else is started there.
 */
export async function resolveExecutable(
  name: string,
  {
    outside = [],
    path = process.env['PATH'] ?? '',
    platform = process.platform,
  }: ExecutableSearch = {},
): Promise<string | null> {
  const windows = platform === 'win32';
  const paths = windows ? windowsPaths : posix;
  for (const entry of path.split(paths.delimiter)) {
    const folder = windows ? entry.replaceAll('"', '') : entry;
    if (!paths.isAbsolute(folder)) continue;
    const file = paths.join(folder, windows && !/\.exe$/i.test(name) ? `${name}.exe` : name);
    if ((await isExecutable(file)) && (await isOutside(file, outside))) return file;
  }
  return null;
}

/** Windows' rules with this machine's separator, so that they can be tried out anywhere. */
const windowsPaths = {
  delimiter: win32.delimiter,
  isAbsolute: win32.isAbsolute,
  join: (folder: string, file: string) => `${folder.replace(/[\\/]+$/, '')}${sep}${file}`,
};

/** Whether neither a path nor its link target is in one of the folders. */
export async function isOutside(path: string, folders: readonly string[]): Promise<boolean> {
  if (folders.length === 0) return true;
  const forms = [path, await realpath(path).catch(() => path)];
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => folder);
    if (forms.some((form) => isWithin(form, folder) || isWithin(form, real))) return false;
  }
  return true;
}

/** Ignores case, as some file systems do: refusing one program too many costs little. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder.toLowerCase(), path.toLowerCase());
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    // Programs from Microsoft's store can be started but not read.
    if (process.platform === 'win32') return !(await lstat(file)).isDirectory();
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
