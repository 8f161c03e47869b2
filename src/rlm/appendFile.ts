import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file can't be made or written. The message says which, why, and what the user can do. */
export class AppendError extends Error {
  override readonly name = 'AppendError';
  /** True when the file is somebody else's text, or may not be written at all. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean, cause?: unknown) {
    super(message, { cause });
    this.refused = refused;
  }
}

/**
 * A file that only grows. It is made when the first bytes come, for the user only, and never replaces
 * text that is there. When a write fails, what was written before it stays and nothing of it does.
 */
export class AppendFile {
  readonly path: string;
  #handle: FileHandle | null = null;
  #made = false;
  #size = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** True once the file was made or taken. */
  get exists(): boolean {
    return this.#made;
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends bytes; they are with the operating system when this resolves.
   * @returns where they begin.
   * @throws {AppendError}
   */
  async append(bytes: Buffer): Promise<number> {
    const start = this.#size;
    const handle = await this.open();
    try {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, start + done);
        done += bytesWritten;
      }
    } catch (error) {
      // A device can't be shortened; the write failed all the same.
      await handle.truncate(start).catch(() => undefined);
      throw asAppendError(this.path, error);
    }
    this.#size += bytes.length;
    return start;
  }

  /**
   * Reads bytes that were appended.
   * @param into takes them, where there is room: many buffers in a row are a lot of memory for a while.
   * @throws {AppendError} when they are not there any more.
   */
  async read(start: number, length: number, into?: Buffer): Promise<Buffer> {
    const handle = await this.open();
    const bytes = into?.subarray(0, length) ?? Buffer.allocUnsafe(length);
    let done = 0;
    try {
      while (done < length) {
        const { bytesRead } = await handle.read(bytes, done, length - done, start + done);
        if (bytesRead === 0) throw new Error('it is shorter than what was written to it');
        done += bytesRead;
      }
    } catch (error) {
      throw asAppendError(this.path, error);
    }
    return bytes;
  }

  /** Makes the file, if it is not open yet. @throws {AppendError} when there is one with text in it. */
  async open(): Promise<FileHandle> {
    if (this.#handle) return this.#handle;
    try {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      this.#handle = await openNew(this.path);
      this.#made = true;
    } catch (error) {
      throw asAppendError(this.path, error);
    }
    return this.#handle;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    // Network file systems tell of a full disk only here.
    await handle?.close().catch((error: unknown) => {
      throw asAppendError(this.path, error);
    });
  }
}

/** A new file, or one that is there and empty; devices count as empty. */
async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx+', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const handle = await openExisting(path);
  const stats = await handle.stat();
  if ((stats.isFile() && stats.size === 0) || stats.isCharacterDevice()) return handle;
  await handle.close();
  const what = stats.isFile() ? 'there is a file with text in it' : 'it is not a file';
  throw new AppendError(`The file ${path} is left as it is: ${what}. Choose another name.`, true);
}

async function openExisting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENXIO') throw error;
    return open(path, 'w');
  }
}

function asAppendError(path: string, error: unknown): AppendError {
  if (error instanceof AppendError) return error;
  const code = codeOf(error);
  const known = code === null ? undefined : reasons[code];
  const reason = known ?? (error instanceof Error ? error.message : String(error));
  const refused = code !== null && refusals.includes(code);
  return new AppendError(`${path} can't be written: ${reason}`, refused, error);
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. What was written before is kept; make room.',
  EDQUOT: 'the disk quota is used up. What was written before is kept; make room.',
  EFBIG: 'the file system takes no larger file. What was written before is kept.',
  EACCES: 'you have no permission to write there. Choose another place.',
  EPERM: 'you have no permission to write there. Choose another place.',
  EROFS: 'the file system is read-only. Choose another place.',
  EISDIR: 'it is a folder. Choose another name.',
  ENOTDIR: 'a part of its path is a file. Choose another place.',
  ENAMETOOLONG: 'its name is too long. Choose a shorter one.',
};
const refusals = ['EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'];

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
