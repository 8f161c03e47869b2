import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The largest Git settings file that is read, in bytes. */
const mostBytes = 1024 * 1024;

/**
 * The user's ignore file for all repositories: `core.excludesFile` of Git's settings, else `git/ignore` among the
 * user's settings. Null when there is none.
 *
 * ripgrep would also look for it, but resolves a relative path from the folder that it searches, and would need to read
 * the user's settings.
 */
export async function globalIgnoreFile(env: NodeJS.ProcessEnv): Promise<string | null> {
  const home = env['HOME'] || homedir();
  const settings = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const named =
    (await excludesFileOf(join(home, '.gitconfig'), home)) ??
    (await excludesFileOf(join(settings, 'git', 'config'), home)) ??
    join(settings, 'git', 'ignore');
  const found = isAbsolute(named) ? await stat(named).catch(() => null) : null;
  return found?.isFile() ? named : null;
}

async function excludesFileOf(config: string, home: string): Promise<string | null> {
  const text = await readHead(config);
  const value = /^\s*excludesfile\s*=\s*(?:"([^"\n]*)"|(\S+))/im.exec(text);
  const path = value?.[1] ?? value?.[2] ?? null;
  return path?.startsWith('~/') ? join(home, path.slice(2)) : path;
}

async function readHead(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(() => null);
  if (file === null) return '';
  try {
    if (!(await file.stat()).isFile()) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file.close();
  }
}
