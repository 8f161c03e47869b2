import { type FileHandle, open } from 'node:fs/promises';
import type { Ripgrep } from '../programs/ripgrep';
import type { PlaceMark } from './placeMark';
import {
  blockOf,
  byteOfChar,
  byteOfLine,
  charsIn,
  newlinesIn,
  type TextBlocks,
} from './textBlocks';
import type { WrittenText } from './textWriter';

/** How many bytes a search looks at at a time. */
const searchBytes = 1024 * 1024;

/**
 * A text of any size that stays in its file. Pieces are read by characters, as Python counts them, or by lines. Nobody
 * changes the file meanwhile. The caller that opens it closes it.
 */
export class SpooledText {
  readonly path: string;
  readonly bytes: number;
  readonly chars: number;
  /** A last line without a line end counts, too. */
  readonly lines: number;
  readonly marks: readonly PlaceMark[];
  /** Searches the file. */
  readonly ripgrep: Ripgrep;
  readonly #file: FileHandle;
  readonly #blocks: TextBlocks;

  private constructor(file: FileHandle, written: WrittenText, ripgrep: Ripgrep) {
    this.#file = file;
    this.ripgrep = ripgrep;
    this.path = written.path;
    this.bytes = written.bytes;
    this.chars = written.chars;
    this.lines = written.newlines + (written.endsWithNewline || written.bytes === 0 ? 0 : 1);
    this.marks = written.marks;
    this.#blocks = { ...written, read: (start, end) => this.#read(start, end) };
  }

  static async open(written: WrittenText, ripgrep: Ripgrep): Promise<SpooledText> {
    return new SpooledText(await open(written.path), written, ripgrep);
  }

  /** The characters from `start` to before `end`, both within the text. */
  async slice(start: number, end: number): Promise<Buffer> {
    return this.#read(await byteOfChar(this.#blocks, start), await byteOfChar(this.#blocks, end));
  }

  /** The byte range of lines `start..end` (1-based, inclusive): the first byte, and the one after the last. */
  async bytesOfLines(start: number, end: number): Promise<[start: number, end: number]> {
    const from = await byteOfLine(this.#blocks, start);
    return [from, Math.max(from, await byteOfLine(this.#blocks, end + 1))];
  }

  /** The last whole line from `start` on that still fits into that many bytes; at least `start`. */
  async lastLineWithin(start: number, mostBytes: number): Promise<number> {
    const most = (await byteOfLine(this.#blocks, start)) + mostBytes;
    if (most >= this.bytes) return this.lines;
    // Lines may have any length, so this takes those that end before the block, without reading any.
    return Math.max(start, blockOf(this.#blocks, 0, most).newlines);
  }

  /** The existing bytes from `start` to before `end`. The ends may be within a character. */
  async bytesBetween(start: number, end: number): Promise<Buffer> {
    return this.#read(start, Math.min(end, this.bytes));
  }

  /** The 1-based line of a character. */
  async lineOfChar(char: number): Promise<number> {
    const byte = await byteOfChar(this.#blocks, char);
    const block = blockOf(this.#blocks, 0, byte);
    return block.newlines + newlinesIn(await this.#read(block.byte, byte)) + 1;
  }

  /** The first (or last) occurrence of a text between two characters, as a character index; -1 for none. */
  async find(
    needle: string,
    start: number,
    end: number,
    last: boolean,
    signal: AbortSignal,
  ): Promise<number> {
    if (needle === '') return last ? end : start;
    for await (const place of this.#places(Buffer.from(needle), start, end, last, signal)) {
      const block = blockOf(this.#blocks, 0, place);
      return block.char + charsIn(await this.#read(block.byte, place));
    }
    return -1;
  }

  /** How often a text occurs between two characters, without overlaps. Not for an empty text. */
  async count(needle: string, start: number, end: number, signal: AbortSignal): Promise<number> {
    let count = 0;
    for await (const _ of this.#places(Buffer.from(needle), start, end, false, signal)) count += 1;
    return count;
  }

  /** The whole text, for small ones. */
  async all(): Promise<Buffer> {
    return this.#read(0, this.bytes);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** The byte offsets of `needle`, in order and without overlaps; from the end if `backwards`. */
  async *#places(
    needle: Buffer,
    startChar: number,
    endChar: number,
    backwards: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<number, undefined> {
    const first = await byteOfChar(this.#blocks, startChar);
    const end = await byteOfChar(this.#blocks, endChar);
    // Windows overlap, so that a needle across their border is found.
    const overlap = needle.length - 1;
    if (backwards) {
      for (let high = end; high - first >= needle.length; high -= searchBytes) {
        signal.throwIfAborted();
        const low = Math.max(first, high - searchBytes - overlap);
        const at = (await this.#read(low, high)).lastIndexOf(needle);
        if (at >= 0) yield low + at;
      }
      return;
    }
    for (let low = first; end - low >= needle.length; ) {
      signal.throwIfAborted();
      const window = await this.#read(low, Math.min(end, low + searchBytes + overlap));
      let next = searchBytes;
      for (let at = window.indexOf(needle); at >= 0; ) {
        yield low + at;
        next = Math.max(next, at + needle.length);
        at = window.indexOf(needle, at + needle.length);
      }
      low += next;
    }
  }

  async #read(start: number, end: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.max(0, end - start));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.#file.read(
        buffer,
        filled,
        buffer.length - filled,
        start + filled,
      );
      if (bytesRead === 0) throw new Error(`The text in ${this.path} is cut short.`);
      filled += bytesRead;
    }
    return buffer;
  }
}
