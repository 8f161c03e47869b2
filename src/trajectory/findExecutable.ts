import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { posix, sep, win32 } from 'node:path';

/** Where a program is looked for. */
export interface ExecutableSearch {
  /** Folders, symlinks resolved, whose programs don't count: whoever wrote them is a stranger. */
  readonly outside: readonly string[];
  /** Default: the `PATH` of this process. */
  readonly path?: string;
  /** Default: that of this process. */
  readonly platform?: NodeJS.Platform;
}

/**
 * The absolute path of a program, or null when there is none. Unlike the system's own search it never looks
 * in the working folder, in a relative part of the `PATH`, or inside the folders that don't count, also not
 * through a link. On Windows only `.exe` files are programs.
 * @param name without a folder and without an extension.
 */
export async function findExecutable(
  name: string,
  { outside, path = process.env['PATH'] ?? '', platform = process.platform }: ExecutableSearch,
): Promise<string | null> {
  const { delimiter, isAbsolute, join } = platform === 'win32' ? windowsPaths : posix;
  const file = platform === 'win32' ? `${name}.exe` : name;
  for (const part of path.split(delimiter)) {
    const folder = part.replace(/^"(.*)"$/s, '$1');
    if (!isAbsolute(folder)) continue;
    const candidate = join(folder, file);
    const real = await realProgram(candidate);
    if (real === null) continue;
    const places = [candidate, real];
    if (!places.some((place) => outside.some((one) => isWithin(place, one)))) return candidate;
  }
  return null;
}

/** Windows' rules with this machine's separator, so that they can be tried out anywhere. */
const windowsPaths = {
  delimiter: win32.delimiter,
  isAbsolute: win32.isAbsolute,
  join: (folder: string, file: string) => `${folder.replace(/[\\/]+$/, '')}${sep}${file}`,
};

/** Where a program really is; null when there is no file that can be started. */
async function realProgram(candidate: string): Promise<string | null> {
  try {
    if (!(await stat(candidate)).isFile()) return null;
    await access(candidate, constants.X_OK);
    return await realpath(candidate);
  } catch {
    return null;
  }
}

/** Compared without case, as some file systems do: to refuse one program too many costs little. */
function isWithin(path: string, folder: string): boolean {
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return path.toLowerCase().startsWith(start.toLowerCase());
}
