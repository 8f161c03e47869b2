import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/**
 * Opens a file of Fathom's own for reading. What is no regular file is refused: a pipe would be waited for
 * without end. @throws when it can't be opened, or is none.
 */
export async function openOwnFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await file.stat()).isFile()) throw new Error(`${path} is not a file`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * A small file of Fathom's own, as text.
 * @param whose `mine`: only if nobody else can have written it.
 * @throws when it can't be read, is too large, or another user's.
 */
export async function readOwnText(
  path: string,
  mostBytes: number,
  whose: 'mine' | 'anyone',
): Promise<string> {
  await using file = await openOwnFile(path);
  const found = await file.stat();
  if (whose === 'mine' && !isMine(found)) throw new Error(`${path} may be written by others`);
  if (found.size > mostBytes) throw new Error(`${path} has more than ${mostBytes} bytes`);
  const bytes = Buffer.alloc(found.size);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  return bytes.toString('utf8', 0, bytesRead);
}

/** Whether only the user (or the administrator) can have written a file. Windows has other means, and says yes. */
export function isMine({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): boolean {
  const me = process.getuid?.();
  return me === undefined || ((uid === me || uid === 0) && (mode & 0o022) === 0);
}
