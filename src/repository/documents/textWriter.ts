import { type FileHandle, open } from 'node:fs/promises';
import { countCodePoints } from '../text/lines';
import type { PlaceMark } from './placeMark';

/** UTF-16 units between two entries of the index: the most that a lookup has to scan. */
const blockUnits = 32_768;

/** A text in a UTF-8 file, with an index of characters and lines. Plain data, to be sent between threads. */
export interface WrittenText {
  /** Path of the file. */
  readonly path: string;
  readonly bytes: number;
  /** Characters as Python counts them: code points. */
  readonly chars: number;
  /** Line ends, which are "\n" alone. */
  readonly newlines: number;
  readonly endsWithNewline: boolean;
  /** For each block its first byte, its first character, and the line ends before it. */
  readonly index: Float64Array;
  readonly marks: readonly PlaceMark[];
}

/**
 * Writes a text to a file as UTF-8, with "\n" as its only line end and without a byte order mark, and indexes its
 * characters and lines. Keeps one block of the text in memory.
 */
export class TextWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #index: number[] = [];
  readonly #marks: PlaceMark[] = [];
  #bytes = 0;
  #chars = 0;
  #newlines = 0;
  #last = '';
  /** Part of a line end or a character, held until the next text comes. */
  #held = '';

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** @throws the file system's error, for instance ENOSPC, as do the other methods. */
  static async create(path: string): Promise<TextWriter> {
    return new TextWriter(path, await open(path, 'w', 0o600));
  }

  /** Notes that a page or cell begins with the next text, at the start of a line. */
  mark(label: string): void {
    this.#marks.push({ line: this.#newlines + 1, label });
  }

  async write(text: string): Promise<void> {
    let rest = this.#held + text;
    if (this.#bytes === 0 && rest.startsWith('\uFEFF')) rest = rest.slice(1);
    const end = rest.length - (/[\r\uD800-\uDBFF]$/.test(rest) ? 1 : 0);
    this.#held = rest.slice(end);
    await this.#writeWhole(rest.slice(0, end));
  }

  /** Writes the rest and closes the file. @returns its index. */
  async finish(): Promise<WrittenText> {
    await this.#writeWhole(this.#held);
    await this.#file.close();
    return {
      path: this.#path,
      bytes: this.#bytes,
      chars: this.#chars,
      newlines: this.#newlines,
      endsWithNewline: this.#last === '\n',
      index: Float64Array.from(this.#index),
      marks: this.#marks,
    };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #writeWhole(text: string): Promise<void> {
    const clean = text.replaceAll('\r\n', '\n').toWellFormed();
    for (let start = 0; start < clean.length; ) {
      let end = Math.min(clean.length, start + blockUnits);
      if (end < clean.length && /[\uD800-\uDBFF]/.test(clean.charAt(end - 1))) end += 1;
      await this.#writeBlock(clean.slice(start, end));
      start = end;
    }
  }

  async #writeBlock(block: string): Promise<void> {
    this.#index.push(this.#bytes, this.#chars, this.#newlines);
    const bytes = Buffer.from(block);
    await this.#file.writeFile(bytes);
    this.#bytes += bytes.length;
    this.#chars += bytes.length === block.length ? block.length : countCodePoints(block);
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
      this.#newlines += 1;
    }
    this.#last = block.at(-1) ?? this.#last;
  }
}
