import { closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../../ground/fileFailure';
import { regularFileOnly } from '../../ground/regularFile';
import { RepositoryError } from '../repository';

/** The error for something in a Git folder that Fathom does not read. */
export function refused(what: string): RepositoryError {
  return new RepositoryError(
    'not-a-git-repository',
    `The Git history can't be looked at: ${what}. Everything else of the folder can be read.`,
  );
}

/**
 * Reads a file of a Git folder that may be hostile: never through a link, and never a pipe, socket or device, which are
 * not even opened. Null when there is none.
 * @param name for messages, relative to the Git folder.
 * @param most the most bytes.
 * @throws {RepositoryError} `not-a-git-repository` for anything but such a file.
 */
export function readPlainFile(path: string | Buffer, name: string, most: number): Buffer | null {
  const found = lookAt(path, name);
  if (found === null) return null;
  if (!found.isFile()) throw refused(`${quoted(name)} in it is ${kindOf(found)}, not a file`);
  if (found.size > most) throw refused(`${quoted(name)} in it has over ${most} bytes`);
  let descriptor: number;
  try {
    descriptor = openSync(path, regularFileOnly);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw unreadable(name, error);
  }
  try {
    const opened = fstatSync(descriptor);
    if (!opened.isFile() || opened.ino !== found.ino || opened.dev !== found.dev) {
      throw refused(`${quoted(name)} in it changed just now; try again`);
    }
    return readAll(descriptor, opened.size, name, most);
  } finally {
    closeSync(descriptor);
  }
}

/** `lstat`, or null when there is nothing. @throws {RepositoryError} when it can't be looked at. */
export function lookAt(path: string | Buffer, name: string) {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unreadable(name, error);
  }
}

/** A name for a message, in quotes, so that odd names are visible. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

/** The kind of an entry of a folder, with its article. */
export function kindOf(found: {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}): string {
  if (found.isSymbolicLink()) return 'a symbolic link';
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  return found.isFile() ? 'a file' : 'a device';
}

/** All of a file. Most have far less than a megabyte: V8 collects garbage whenever it has given out some dozens. */
function readAll(descriptor: number, size: number, name: string, most: number): Buffer {
  const pieceBytes = Math.min(Math.max(size + 1, 4096), 1 << 20);
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(pieceBytes);
    const read = readSync(descriptor, piece);
    if (read === 0) return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    total += read;
    if (total > most) throw refused(`${quoted(name)} in it has over ${most} bytes`);
    pieces.push(piece.subarray(0, read));
  }
}

function unreadable(name: string, error: unknown): RepositoryError {
  return refused(`${quoted(name)} in it can't be read (${errorCode(error) ?? 'no reason given'})`);
}
