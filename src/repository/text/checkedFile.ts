import {
  type BigIntStats,
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { nonBlockingRead, regularFileOnly } from '../../ground/regularFile';
import type { FileIdentity, LinkedFile } from '../policy/fileIdentity';
import { comparedPath } from '../policy/nameForms';
import { decodePath } from './pathCodec';

/** The opened file is not the checked one: somebody put another file, folder or link there meanwhile. */
export class ReplacedFileError extends Error {
  override readonly name = 'ReplacedFileError';

  constructor() {
    super('another file was put in its place while it was opened');
  }
}

/** A file has more bytes than the caller accepts, or grew while it was read. */
export class TooManyBytesError extends Error {
  override readonly name = 'TooManyBytesError';
}

/**
 * Opens a checked file for reading: makes sure that the open file is a regular file, has that path, and is the checked
 * one. Folders above it can become links at any time, so it asks where the open file is, and does not trust the path.
 * @param path absolute, links resolved.
 * @param identity of the checked file; null when only its place matters.
 * @throws {ReplacedFileError} when it is another file.
 * @throws the file system's error, for instance ENOENT.
 */
export async function openChecked(
  path: string | Buffer,
  identity: FileIdentity | null,
): Promise<FileHandle> {
  const file = await open(path, regularFileOnly).catch(explain);
  try {
    check(file.fd, path, identity);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A regular file, and where it is. */
export interface IdentifiedFile extends LinkedFile {
  /** With links resolved; as given if the file has no name any more. */
  readonly path: string;
}

/**
 * Identifies the file that a path leads to, through links. Decisions about it hold if it is opened by its identity
 * (`openSame`). Null when it is not a regular file, or can't be opened.
 */
export async function identify(path: string): Promise<IdentifiedFile | null> {
  // A pipe's writer would notice opening and closing.
  if (!(await stat(path).catch(() => null))?.isFile()) return null;
  const file = await open(path, nonBlockingRead).catch(() => null);
  if (file === null) return null;
  try {
    const found = await file.stat({ bigint: true });
    if (!found.isFile()) return null;
    const { dev, ino, nlink, ctimeNs } = found;
    const place = linuxPlace(file.fd)?.toString() ?? (await realpath(path).catch(() => path));
    const isGone = place.endsWith(' (deleted)') || !place.startsWith('/');
    const named = process.platform === 'linux' && isGone ? path : place;
    return { path: named, dev, ino, nlink, ctimeNs };
  } finally {
    await file.close();
  }
}

/** Opens an identified file, however the path leads there. @throws {ReplacedFileError} */
export async function openSame(path: string, identity: FileIdentity): Promise<FileHandle> {
  const file = await open(path, nonBlockingRead);
  const found = await file.stat({ bigint: true });
  if (found.isFile() && isSameFile(found, identity)) return file;
  await file.close();
  throw new ReplacedFileError();
}

/** The part of an open file that reading needs. */
export interface ReadableFile {
  stat(): Promise<{ readonly size: number }>;
  read(
    into: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** The whole of an open file. @throws {TooManyBytesError} when there are more bytes than that. */
export async function readWhole(
  file: ReadableFile,
  mostBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const { size } = await file.stat();
  const whole = new GrowingBuffer(size, mostBytes);
  for (;;) {
    signal.throwIfAborted();
    const room = whole.room();
    const { bytesRead } = await file.read(room, 0, room.length, whole.length);
    if (bytesRead === 0) return whole.bytes();
    whole.length += bytesRead;
  }
}

/**
 * `openChecked` and `readWhole` in one synchronous call, for very many small files.
 * @param look gets the status of the open file before it is read, and may throw.
 */
export function readCheckedSync(
  path: string | Buffer,
  mostBytes: number,
  look: (file: BigIntStats) => void,
): Buffer {
  const descriptor = openNow(path);
  try {
    const found = check(descriptor, path, null);
    look(found);
    const whole = new GrowingBuffer(Number(found.size), mostBytes);
    for (;;) {
      const room = whole.room();
      const bytesRead = readSync(descriptor, room, 0, room.length, whole.length);
      if (bytesRead === 0) return whole.bytes();
      whole.length += bytesRead;
    }
  } finally {
    closeSync(descriptor);
  }
}

function openNow(path: string | Buffer): number {
  try {
    return openSync(path, regularFileOnly);
  } catch (error) {
    return explain(error);
  }
}

/** Because of the flag, the system reports a link in the place of a file. */
function explain(error: unknown): never {
  const isLink = error instanceof Error && 'code' in error && error.code === 'ELOOP';
  throw isLink ? new ReplacedFileError() : error;
}

function check(
  descriptor: number,
  path: string | Buffer,
  identity: FileIdentity | null,
): BigIntStats {
  const found = fstatSync(descriptor, { bigint: true });
  if (!found.isFile() || (identity !== null && !isSameFile(found, identity))) {
    throw new ReplacedFileError();
  }
  const place = linuxPlace(descriptor);
  const isThere = place === null ? isStillAt(path, found) : isAt(place, path);
  if (!isThere) throw new ReplacedFileError();
  return found;
}

export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** The path of an open file, from Linux itself; null on other systems, and without /proc. */
function linuxPlace(descriptor: number): Buffer | null {
  if (process.platform !== 'linux') return null;
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`, { encoding: 'buffer' });
  } catch {
    return null;
  }
}

function isAt(place: Buffer, path: string | Buffer): boolean {
  const bytes = Buffer.from(path);
  // On disks that ignore case, the path may be written differently.
  return place.equals(bytes) || compared(place) === compared(bytes);
}

function compared(path: Buffer): string {
  return comparedPath(decodePath(path));
}

/**
 * For other systems, where the path must lead to this very file without links. It could be changed and changed back
 * meanwhile, so this is checked before and after.
 */
function isStillAt(path: string | Buffer, found: BigIntStats): boolean {
  const bytes = Buffer.from(path);
  const isReal = () => realpathSync.native(path, { encoding: 'buffer' }).equals(bytes);
  return isReal() && isSameFile(lstatSync(path, { bigint: true }), found) && isReal();
}

/** A buffer for a file: as large as announced, and growing a little if the file does. */
class GrowingBuffer {
  length = 0;
  readonly #mostBytes: number;
  #buffer: Buffer;

  constructor(announced: number, mostBytes: number) {
    if (announced > mostBytes) throw new TooManyBytesError();
    this.#mostBytes = mostBytes;
    // One more byte, to see the end.
    this.#buffer = Buffer.allocUnsafe(announced + 1);
  }

  /** The space for the next bytes. @throws {TooManyBytesError} when there are too many. */
  room(): Buffer {
    if (this.length > this.#mostBytes) throw new TooManyBytesError();
    if (this.length === this.#buffer.length) {
      const size = Math.min(this.#mostBytes + 1, Math.max(2 * this.length, leastGrowth));
      const larger = Buffer.allocUnsafe(size);
      this.#buffer.copy(larger);
      this.#buffer = larger;
    }
    return this.#buffer.subarray(this.length);
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }
}

const leastGrowth = 64 * 1024;
