import { readSync, writeSync } from 'node:fs';
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

/** What an earlier run left in the file that is now to be written again, from its beginning. */
export interface EarlierText {
  /** Where the file goes on if the text turns out to be another one, which is left as it is. */
  readonly spare: string;
  /** What the earlier run wrote last, to end its file: this may be replaced. Null when it did not get there. */
  readonly ending: { readonly from: number; readonly bytes: number } | null;
}

/**
 * A file that only grows. It is made when the first bytes come, for the user only, and never replaces
 * text that is there. When a write fails, what was written before it stays and nothing of it does.
 *
 * With an earlier run's text in it, bytes that are there already are compared instead of written: a
 * report that is written once more goes on where it was cut off.
 */
export class AppendFile {
  #path: string;
  readonly #earlier: EarlierText | null;
  #handle: FileHandle | null = null;
  #made = false;
  #size = 0;
  /** Bytes of the earlier run, where there is one. */
  #there = 0;
  #left: string | null = null;

  constructor(path: string, earlier: EarlierText | null = null) {
    this.#path = path;
    this.#earlier = earlier;
  }

  /** The spare's, once another text was found. */
  get path(): string {
    return this.#path;
  }

  /** A file with another text than was to be written, which was left as it is; null when there was none. */
  get left(): string | null {
    return this.#left;
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
    await this.open();
    try {
      let done = await this.#alreadyThere(bytes);
      const handle = await this.open();
      while (done < bytes.length) {
        done += await write(handle, bytes.subarray(done), start + done);
      }
    } catch (error) {
      // A device can't be shortened; the write failed all the same.
      await this.#handle?.truncate(Math.max(start, this.#there)).catch(() => undefined);
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
        const bytesRead = await read(handle, bytes.subarray(done), start + done);
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
      this.#handle = await openNew(this.path, this.#earlier !== null && !this.#made);
      if (this.#earlier && !this.#made) this.#there = (await this.#handle.stat()).size;
      this.#made = true;
    } catch (error) {
      throw asAppendError(this.path, error);
    }
    return this.#handle;
  }

  async close(): Promise<void> {
    if (this.#there > this.#size) await this.#replaceEnding(this.#size).catch(() => undefined);
    if (this.#there > this.#size) this.#left = this.#path;
    const handle = this.#handle;
    this.#handle = null;
    // Network file systems tell of a full disk only here.
    await handle?.close().catch((error: unknown) => {
      throw asAppendError(this.path, error);
    });
  }

  /** How many of these bytes an earlier run wrote at this place; from there on they are to be written. */
  async #alreadyThere(bytes: Buffer): Promise<number> {
    const start = this.#size;
    const length = Math.min(bytes.length, this.#there - start);
    for (let done = 0; done < length; ) {
      const part = Math.min(compareBytes, length - done);
      const found = await this.read(start + done, part);
      const same = sameBytes(found, bytes.subarray(done, done + part));
      done += same;
      if (same === part) continue;
      if (!(await this.#replaceEnding(start + done))) await this.#goOnInSpare(start + done);
      return done;
    }
    return Math.max(0, length);
  }

  /** Removes what the earlier run wrote to end its file. False when there is other text from there on. */
  async #replaceEnding(from: number): Promise<boolean> {
    const ending = this.#earlier?.ending ?? null;
    if (!ending || from < ending.from || this.#there !== ending.bytes) return false;
    await (await this.open()).truncate(from);
    this.#there = from;
    return true;
  }

  /** Leaves the file as it is, and goes on in another one, with the same beginning. */
  async #goOnInSpare(length: number): Promise<void> {
    const spare = await openNew(this.#earlier?.spare ?? '', false);
    for (let at = 0; at < length; at += compareBytes) {
      const part = await this.read(at, Math.min(compareBytes, length - at));
      await spare.writeFile(part);
    }
    await this.#handle?.close();
    this.#left = this.#path;
    this.#path = this.#earlier?.spare ?? '';
    this.#handle = spare;
    this.#there = 0;
  }
}

const compareBytes = 1024 * 1024;

/**
 * Up to so many bytes are written and read at once: that takes the system's cache some microseconds, and
 * going to the pool of threads and back several times as many, on a busy machine far more.
 */
const smallBytes = 128 * 1024;

async function write(handle: FileHandle, bytes: Buffer, at: number): Promise<number> {
  if (bytes.length <= smallBytes) return writeSync(handle.fd, bytes, 0, bytes.length, at);
  return (await handle.write(bytes, 0, bytes.length, at)).bytesWritten;
}

async function read(handle: FileHandle, into: Buffer, at: number): Promise<number> {
  if (into.length <= smallBytes) return readSync(handle.fd, into, 0, into.length, at);
  return (await handle.read(into, 0, into.length, at)).bytesRead;
}

/** A new file, or one that is there and empty; devices count as empty. @param full takes one with text. */
async function openNew(path: string, full: boolean): Promise<FileHandle> {
  try {
    return await open(path, 'wx+', 0o600);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const handle = await openExisting(path);
  const stats = await handle.stat();
  if (stats.isFile() ? full || stats.size === 0 : stats.isCharacterDevice()) return handle;
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

/** How many bytes two buffers of the same length have in common from the beginning. */
function sameBytes(one: Buffer, other: Buffer): number {
  if (one.equals(other)) return one.length;
  let same = 0;
  while (one[same] === other[same]) same += 1;
  return same;
}
