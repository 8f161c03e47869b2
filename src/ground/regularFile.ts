import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Flags to open a file for reading without waiting for a pipe. Windows knows neither this flag nor the next. */
export const nonBlockingRead: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Flags to open a file without waiting for a pipe and without following a link. */
export const regularFileOnly: number = nonBlockingRead | (constants.O_NOFOLLOW ?? 0);

/**
 * Opens a regular file for reading, and nothing else: a pipe could be waited for without end, and a device
 * may have no end. The path may be a link to one.
 * @throws the error of the system, or one with the code `EINVAL` for anything but a regular file.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, nonBlockingRead);
  try {
    if ((await file.stat()).isFile()) return file;
    throw Object.assign(new Error('It is not a regular file.'), { code: 'EINVAL' });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Reads all of a regular file. @throws as `openRegularFile` does. */
export async function readRegularFile(path: string): Promise<Buffer> {
  await using file = await openRegularFile(path);
  return await file.readFile();
}

/**
 * The text of a small file of Fathom's own.
 * @param whose `mine`: only if nobody else can have written it.
 * @throws when it can't be read, is too large, or may be another user's.
 */
export async function readOwnText(
  path: string,
  mostBytes: number,
  whose: 'mine' | 'anyone',
): Promise<string> {
  await using file = await openRegularFile(path);
  const found = await file.stat();
  if (whose === 'mine' && !isMine(found)) throw new Error(`${path} may be written by others`);
  if (found.size > mostBytes) throw new Error(`${path} has more than ${mostBytes} bytes`);
  const bytes = Buffer.alloc(found.size);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  return bytes.toString('utf8', 0, bytesRead);
}

/** Whether only the user or the administrator can have written a file. Always true on Windows. */
export function isMine({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): boolean {
  const me = process.getuid?.();
  return me === undefined || ((uid === me || uid === 0) && (mode & 0o022) === 0);
}
