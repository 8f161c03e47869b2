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
  /** True when the file is somebody else's text, or may not be written at all. */
  readonly refused: boolean;

  constructor(message: string, refused: boolean, cause?: unknown) {
    super(message, { cause });
    this.refused = refused;
  }
}

/** What is there of a file that is now to be written again, from its beginning. */
export interface ExistingText {
  /** Where the file goes on if the text turns out to be another one, which is left as it is. */
  readonly spare: string;
  /** What was written last, to end the file: this may be replaced. Null when it was not ended. */
  readonly ending: { readonly from: number; readonly bytes: number } | null;
}

/** Text that is not where it was to be. */
export interface LeftFile {
  /**
   * - `longer`: the file has more text than was written now.
   * - `other`: it has another text; what is written goes to another file.
   * - `gone`: its folder is; what is written, and was before, is in another file.
   */
  readonly how: 'longer' | 'other' | 'gone';
  /** Where the text was to be. */
  readonly path: string;
  /** Why it can't be there, as half a sentence; empty where `how` says it. */
  readonly why: string;
}

/**
 * A file that only grows. It is made when the first bytes come, for the user only, and never replaces
 * text that is there. When a write fails, what was written before it stays and nothing of it does.
 *
 * With existing text in it, bytes that are there already are compared instead of written: a
 * report that is written once more goes on where it was cut off.
 *
 * When its folder is removed or replaced while it is written, the file is made there anew with all that
 * was written before; where that can't be, it goes on in a folder of its own among temporary files.
 */
export class AppendFile {
  #path: string;
  readonly #existing: ExistingText | null;
  #handle: FileHandle | null = null;
  #made = false;
  #size = 0;
  /** Bytes of the existing text, where there is one. */
  #there = 0;
  #left: LeftFile | null = null;
  readonly #watch = new PlaceWatch();

  constructor(path: string, existing: ExistingText | null = null) {
    this.#path = path;
    this.#existing = existing;
  }

  /** Another one, once it could not be in its own place. */
  get path(): string {
    return this.#path;
  }

  /** What is not where it was to be; null when all is. */
  get left(): LeftFile | null {
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

  /** True while the existing text goes on after what was written now. */
  get isBehind(): boolean {
    return this.#there > this.#size;
  }

  /**
   * Appends bytes; they are with the operating system when this resolves.
   * @returns where they begin.
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
   * @param whole all was written that is to be: what else was written to end the file goes.
   * @throws {AppendError} when not all of it is on the disk, or nowhere that it can be found.
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
      // Network file systems tell of a full disk only here.
      await handle?.close().catch((error: unknown) => {
        throw asAppendError(this.path, error);
      });
    }
  }

  /** Removes the file, which is closed. */
  async remove(): Promise<void> {
    if (!this.#made) return;
    const isAway = this.#left?.how === 'gone';
    await rm(isAway ? dirname(this.#path) : this.#path, { force: true, recursive: isAway });
  }

  /** How many of these bytes are there already; from there on they are to be written. */
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

  /** Removes what was written to end the file. False when there is other text from there on. */
  async #replaceEnding(from: number): Promise<boolean> {
    const ending = this.#existing?.ending ?? null;
    if (!ending || from < ending.from || this.#there !== ending.bytes) return false;
    await (await this.open()).truncate(from);
    this.#there = from;
    return true;
  }

  /** Leaves the file as it is, and goes on in another one, with the same beginning. */
  async #goOnInSpare(length: number): Promise<void> {
    const path = this.#path;
    await this.#goOnIn(this.#existing?.spare ?? '', length);
    this.#left = { how: 'other', path, why: '' };
    this.#there = 0;
  }

  /** @throws {AppendError} when there is no place for it any more; what was written can still be read. */
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

  /** Goes on in a new file, with the same beginning. */
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

/** The file has more text than this program wrote, or less. */
class ForeignChange extends Error {
  override readonly name = 'ForeignChange';

  /** @param missing bytes that are not there any more. */
  constructor(missing: number) {
    const what = missing > 0 ? `cut it short, ${missing} bytes are gone` : 'changed it';
    super(`another program has ${what}. It is left as it is; ask for the report in another file.`);
  }
}

/** Two windows may write one file, and people edit files: what others wrote is not written over. */
function checkEnd(handle: FileHandle, expected: number): void {
  const stats = fstatSync(handle.fd);
  if (!stats.isFile() || stats.size === expected) return;
  throw new ForeignChange(Math.max(0, expected - stats.size));
}

/** The same at the end, where more text is nobody's loss. */
function checkLength(handle: FileHandle, least: number): void {
  const stats = fstatSync(handle.fd);
  if (stats.isFile() && stats.size < least) throw new ForeignChange(least - stats.size);
}

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

/** How many bytes two buffers of the same length have in common from the beginning. */
function sameBytes(one: Buffer, other: Buffer): number {
  if (one.equals(other)) return one.length;
  let same = 0;
  while (one[same] === other[same]) same += 1;
  return same;
}
