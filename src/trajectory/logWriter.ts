import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { isInPlace, PlaceWatch } from '../ground/keptPlace';
import { makeFolder } from '../ground/makeFolder';

const copyBytes = 1024 * 1024;

/**
 * Appends to a file synchronously and keeps it in its place: if its folder is removed or replaced, the file is
 * made again with all that was written before.
 */
export class LogWriter {
  readonly #path: string;
  readonly #onAstray: (error: unknown) => void;
  readonly #watch = new PlaceWatch();
  #descriptor: number | null = null;

  /**
   * @param path made with the first text, as is its folder, for the user only.
   * @param onAstray called, possibly often, with the reason why the file can't be put back now.
   */
  constructor(path: string, onAstray: (error: unknown) => void) {
    this.#path = path;
    this.#onAstray = onAstray;
  }

  /** @throws when it can't be written. */
  write(text: string): void {
    this.#descriptor ??= this.#open('a+');
    if (this.#watch.isDue) {
      try {
        this.#putBack();
      } catch (error) {
        // The open file has everything, for another try.
        this.#onAstray(error);
      }
    }
    const written = writeSync(this.#descriptor, text);
    if (written < Buffer.byteLength(text)) writeAll(this.#descriptor, Buffer.from(text), written);
  }

  /** @throws when the file is not in its place, or not complete: network file systems report errors only here. */
  close(): void {
    if (this.#descriptor === null) return;
    try {
      this.#putBack();
    } finally {
      const descriptor = this.#descriptor;
      this.#descriptor = null;
      closeSync(descriptor);
    }
  }

  #open(how: 'a+' | 'ax+'): number {
    makeFolder(dirname(this.#path));
    return openSync(this.#path, how, 0o600);
  }

  /** @throws when it can't be put back. */
  #putBack(): void {
    const lost = this.#descriptor;
    if (lost === null || isInPlace(lost, this.#path)) return;
    const found = this.#open('ax+');
    try {
      copyAll(lost, found);
    } catch (error) {
      closeSync(found);
      rmSync(this.#path, { force: true });
      throw error;
    }
    this.#descriptor = found;
    closeSync(lost);
  }
}

function copyAll(from: number, to: number): void {
  const part = Buffer.allocUnsafe(copyBytes);
  for (let at = 0; ; ) {
    const length = readSync(from, part, 0, copyBytes, at);
    if (length === 0) return;
    writeAll(to, part.subarray(0, length), 0);
    at += length;
  }
}

/** A single write may be partial: if it is very large, or the disk is nearly full. */
function writeAll(descriptor: number, bytes: Buffer, from: number): void {
  for (let done = from; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}
