import { fstatSync, readSync, writeSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { errorCode, fileFailure } from '../../ground/fileFailure';
import { isInPlace, PlaceWatch } from '../../ground/keptPlace';
import { makeFolder } from '../../ground/makeFolder';

/** A file can't be made or written. The message says which, why, and what the user can do. */
export class AppendError extends Error {
  override readonly name = 'AppendError';
  /** True when the file has somebody else's text, or can't be written at all. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean, cause?: unknown) {
    super(message, { cause });
    this.refused = refused;
  }
}

/** The existing text of a file that is to be written again from its beginning. */
export interface ExistingText {
  /** The file to use if the existing text turns out to differ. The existing file is then left as it is. */
  readonly spare: string;
  /** The ending of the file, which may be replaced. Null when it has none. */
  readonly ending: { readonly from: number; readonly bytes: number } | null;
}

/** Text that is not in its intended place. */
export interface LeftFile {
  /**
   * - `longer`: the file has more text than was written now.
   * - `other`: the file has a different text; what is written goes to another file.
   * - `gone`: its folder is gone; everything is in another file.
   */
  readonly how: 'longer' | 'other' | 'gone';
  /** The intended path. */
  readonly path: string;
  /** Why it can't be there, without a full stop; empty where `how` says it. */
  readonly why: string;
}

/**
 * A file that only grows. It is made with the first bytes, for the user only, and never replaces existing text. When a
 * write fails, nothing of it stays, and everything before it does.
 *
 * If it has existing text, bytes that are already there are compared instead of written, so that a report that is
 * written again continues where it was cut off.
 *
 * If its folder is removed or replaced meanwhile, the file is made there again with everything written before. If that
 * fails, it continues in a folder of its own among temporary files.
 */
export class AppendFile {
  #path: string;
  readonly #existing: ExistingText | null;
  #handle: FileHandle | null = null;
  #made = false;
  #size = 0;
  /** The length of the existing text, in bytes. */
  #there = 0;
  #left: LeftFile | null = null;
  readonly #watch = new PlaceWatch();

  constructor(path: string, existing: ExistingText | null = null) {
    this.#path = path;
    this.#existing = existing;
  }

  /** The current path, which changes if the file can't be in its intended place. */
  get path(): string {
    return this.#path;
  }

  /** What is not in its intended place; null when everything is. */
  get left(): LeftFile | null {
    return this.#left;
  }

  /** True once the file was made or opened. */
  get exists(): boolean {
    return this.#made;
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** True while the existing text has more than was written now. */
  get isBehind(): boolean {
    return this.#there > this.#size;
  }

  /**
   * Appends bytes. The operating system has them when this resolves.
   * @returns their offset.
   * @throws {AppendError}
   */
  async append(bytes: Buffer): Promise<number> {
    const start = this.#size;
    await this.open();
    if (this.#watch.isDue) await this.#keepInPlace();
    try {
      let done = await this.#alreadyThere(bytes);
      const handle = await this.open();
      if (done < bytes.length) checkEnd(handle, start + done);
      while (done < bytes.length) {
        done += await write(handle, bytes.subarray(done), start + done);
      }
    } catch (error) {
      if (error instanceof ForeignChange) throw asAppendError(this.path, error);
      // A device can't be truncated.
      await this.#handle?.truncate(Math.max(start, this.#there)).catch(() => undefined);
      throw asAppendError(this.path, error);
    }
    this.#size += bytes.length;
    return start;
  }

  /**
   * Reads appended bytes.
   * @param into a buffer to use if it is large enough: many new buffers in a row take a lot of memory.
   * @throws {AppendError} when they are gone.
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

  /** Opens the file, and makes it if needed. @throws {AppendError} when there is one with text. */
  async open(): Promise<FileHandle> {
    if (this.#handle) return this.#handle;
    try {
      makeFolder(dirname(this.path));
      this.#handle = await openNew(this.path, this.#existing !== null && !this.#made);
      if (this.#existing && !this.#made) this.#there = (await this.#handle.stat()).size;
      this.#made = true;
    } catch (error) {
      throw asAppendError(this.path, error);
    }
    return this.#handle;
  }

  /**
   * @param whole whether everything was written, so that an old ending can be removed.
   * @throws {AppendError} when it is not completely on the disk, or can't be found there.
   */
  async close(whole = true): Promise<void> {
    if (whole && this.isBehind) await this.#replaceEnding(this.#size).catch(() => undefined);
    if (this.isBehind) this.#left = { how: 'longer', path: this.#path, why: '' };
    try {
      await this.#keepInPlace();
      if (this.#handle) checkLength(this.#handle, this.#size);
    } catch (error) {
      throw asAppendError(this.path, error);
    } finally {
      const handle = this.#handle;
      this.#handle = null;
      // Network file systems report a full disk only here.
      await handle?.close().catch((error: unknown) => {
        throw asAppendError(this.path, error);
      });
    }
  }

  /** Removes the closed file. */
  async remove(): Promise<void> {
    if (!this.#made) return;
    const isAway = this.#left?.how === 'gone';
    await rm(isAway ? dirname(this.#path) : this.#path, { force: true, recursive: isAway });
  }

  /** How many of these bytes are already in the file. */
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

  /** Removes the file's ending. False when there is other text from that place on. */
  async #replaceEnding(from: number): Promise<boolean> {
    const ending = this.#existing?.ending ?? null;
    if (!ending || from < ending.from || this.#there !== ending.bytes) return false;
    await (await this.open()).truncate(from);
    this.#there = from;
    return true;
  }

  /** Leaves the file as it is, and continues in another one with the same beginning. */
  async #goOnInSpare(length: number): Promise<void> {
    const path = this.#path;
    await this.#goOnIn(this.#existing?.spare ?? '', length);
    this.#left = { how: 'other', path, why: '' };
    this.#there = 0;
  }

  /** @throws {AppendError} when it can't be anywhere; what was written can still be read. */
  async #keepInPlace(): Promise<void> {
    const path = this.#path;
    if (!this.#handle || isInPlace(this.#handle.fd, path)) return;
    const length = Math.max(this.#size, this.#there);
    try {
      makeFolder(dirname(path));
      await this.#goOnIn(path, length);
    } catch (error) {
      const why =
        error instanceof AppendError
          ? `${path} is another file now`
          : fileFailure(path, error).sentence;
      try {
        const folder = await mkdtemp(join(tmpdir(), 'fathom-'));
        await this.#goOnIn(join(folder, basename(path)), length);
      } catch {
        throw asAppendError(path, error);
      }
      this.#left = { how: 'gone', path, why };
    }
  }

  /** Continues in a new file with the same beginning. */
  async #goOnIn(path: string, length: number): Promise<void> {
    const next = await openNew(path, false);
    try {
      for (let at = 0; at < length; at += compareBytes) {
        await next.writeFile(await this.read(at, Math.min(compareBytes, length - at)));
      }
    } catch (error) {
      await next.close();
      await rm(path, { force: true });
      throw error;
    }
    await this.#handle?.close();
    this.#handle = next;
    this.#path = path;
  }
}

const compareBytes = 1024 * 1024;

/** Another program changed the length of the file. */
class ForeignChange extends Error {
  override readonly name = 'ForeignChange';

  /** @param missing how many bytes are gone. */
  constructor(missing: number) {
    const what = missing > 0 ? `cut it short, ${missing} bytes are gone` : 'changed it';
    super(`another program has ${what}. It is left as it is; ask for the report in another file.`);
  }
}

/** Checks the file's length: another window or a person may have written to it, which must not be overwritten. */
function checkEnd(handle: FileHandle, expected: number): void {
  const stats = fstatSync(handle.fd);
  if (!stats.isFile() || stats.size === expected) return;
  throw new ForeignChange(Math.max(0, expected - stats.size));
}

/** Checks at the end that the file is not too short. More text does no harm then. */
function checkLength(handle: FileHandle, least: number): void {
  const stats = fstatSync(handle.fd);
  if (stats.isFile() && stats.size < least) throw new ForeignChange(least - stats.size);
}

/**
 * Up to so many bytes are written and read synchronously: that takes some microseconds with the system's cache, and
 * several times as long through the thread pool, on a busy machine far longer.
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

/** Opens a new file, or an empty one; devices count as empty. @param full accepts one with text. */
async function openNew(path: string, full: boolean): Promise<FileHandle> {
  try {
    return await open(path, 'wx+', 0o600);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
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
    if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'ENXIO') throw error;
    return open(path, 'w');
  }
}

function asAppendError(path: string, error: unknown): AppendError {
  if (error instanceof AppendError) return error;
  const { why, remedy, refused } = fileFailure(path, error);
  return new AppendError(`${path} can't be written: ${why}. ${remedy}`.trimEnd(), refused, error);
}

/** The length of the common beginning of two buffers of the same length. */
function sameBytes(one: Buffer, other: Buffer): number {
  if (one.equals(other)) return one.length;
  let same = 0;
  while (one[same] === other[same]) same += 1;
  return same;
}
