import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import type { FileIdentity, LinkedFile } from '../policy/fileIdentity';
import { comparedPath } from '../policy/nameForms';
import { decodePath } from './pathCodec';

/** What was opened is not what was looked at: somebody put another file, folder or link there meanwhile. */
export class ReplacedFileError extends Error {
  override readonly name = 'ReplacedFileError';

  constructor() {
    super('another file was put in its place while it was opened');
  }
}

/** A file has more bytes than the caller takes, or got them while it was read. */
export class TooManyBytesError extends Error {
  override readonly name = 'TooManyBytesError';
}

/**
 * Neither through a link put there since, nor waiting for the other end of a pipe. Windows knows neither flag.
 */
const flags: number =
  constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for reading that was looked at before: what is open in the end is a regular file, has that
 * path, and is that file. Whoever can change the folders above it can make them links at any time, so it is
 * the open file that is asked where it is, not its path.
 * @param path absolute, links resolved.
 * @param identity of the file that was looked at; null when only its place matters.
 * @throws {ReplacedFileError} when it is another one.
 * @throws what the file system says, for instance ENOENT.
 */
export async function openChecked(
  path: string | Buffer,
  identity: FileIdentity | null,
): Promise<FileHandle> {
  const file = await open(path, flags).catch(explain);
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
  /** With links resolved; as it was given where the file has no name any more. */
  readonly path: string;
}

/**
 * Which file a path leads to, through links: what is decided about that file holds as long as it is opened
 * by its identity (`openSame`). Null when it is no regular file, or can't be opened.
 */
export async function identify(path: string): Promise<IdentifiedFile | null> {
  // Whoever writes to a pipe would notice that it is opened and closed.
  if (!(await stat(path).catch(() => null))?.isFile()) return null;
  const file = await open(path, anyFlags).catch(() => null);
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

/** Opens a file that was identified, whichever way the path leads there. @throws {ReplacedFileError} */
export async function openSame(path: string, identity: FileIdentity): Promise<FileHandle> {
  const file = await open(path, anyFlags);
  const found = await file.stat({ bigint: true });
  if (found.isFile() && isSameFile(found, identity)) return file;
  await file.close();
  throw new ReplacedFileError();
}

const anyFlags: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** As much of an open file as reading it takes. */
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
 * As `openChecked`, `readWhole` and a look between, without waiting: for very many small files.
 * @param look is given what is open, and may throw.
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
    return openSync(path, flags);
  } catch (error) {
    return explain(error);
  }
}

/** A link where a file was: the system says so only because of the flag. */
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

/** Where an open file is, by what Linux itself says of it; null on other systems, and without /proc. */
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
  // Some disks don't tell upper from lower case, and there a path may be written in another way.
  return place.equals(bytes) || compared(place) === compared(bytes);
}

function compared(path: Buffer): string {
  return comparedPath(decodePath(path));
}

/**
 * Elsewhere its path is asked, which may be changed and changed back meanwhile: before and after, the path
 * has to lead through no link to this very file.
 */
function isStillAt(path: string | Buffer, found: BigIntStats): boolean {
  const bytes = Buffer.from(path);
  const isReal = () => realpathSync.native(path, { encoding: 'buffer' }).equals(bytes);
  return isReal() && isSameFile(lstatSync(path, { bigint: true }), found) && isReal();
}

/** Takes what is read, as much as was announced and a little more, and not more than that. */
class GrowingBuffer {
  length = 0;
  readonly #mostBytes: number;
  #buffer: Buffer;

  constructor(announced: number, mostBytes: number) {
    if (announced > mostBytes) throw new TooManyBytesError();
    this.#mostBytes = mostBytes;
    // One more, to see the end.
    this.#buffer = Buffer.allocUnsafe(announced + 1);
  }

  /** Where the next bytes go. @throws {TooManyBytesError} when no more may come. */
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
