import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Windows knows neither flag. */
const waitsForNobody = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Flags to open a file so that no pipe is waited for, neither through a link that was put there since. */
export const regularFileOnly: number = waitsForNobody | (constants.O_NOFOLLOW ?? 0);

/**
 * Opens a file for reading that must be a regular one: a pipe would be waited for, a device may have no end.
 * @param links whether the path itself may be a link.
 * @throws what the system says; an error with the code `EINVAL` for what is no regular file.
 */
export async function openRegularFile(
  path: string | Buffer,
  links: 'followed' | 'refused',
): Promise<FileHandle> {
  const file = await open(path, links === 'followed' ? waitsForNobody : regularFileOnly);
  try {
    if ((await file.stat()).isFile()) return file;
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  throw Object.assign(new Error('It is no regular file.'), { code: 'EINVAL' });
}

/** All of such a file. */
export async function readRegularFile(
  path: string | Buffer,
  links: 'followed' | 'refused',
  signal?: AbortSignal,
): Promise<Buffer> {
  const file = await openRegularFile(path, links);
  try {
    return await file.readFile(signal ? { signal } : {});
  } finally {
    await file.close();
  }
}
