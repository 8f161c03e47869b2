/** How many bytes of text are kept; the oldest go first. 32 MiB is some 800,000 lines of code. */
const mostBytes = 32 * 1024 * 1024;

interface ReadPart {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** As bytes: a string cut from a file would keep the whole file in memory. */
  readonly text: Buffer;
}

/**
 * The repository as a run read it: a file may be edited during the run, and the answer is about the text that the run
 * saw. Bounded: keeps the number of lines of each file, and the latest texts.
 */
export class ReadTexts {
  readonly #mostBytes: number;
  readonly #totalLines = new Map<string, number>();
  /** By path, in order of reading. */
  readonly #pieces = new Map<string, ReadPart[]>();
  readonly #queue: ReadPart[] = [];
  #first = 0;
  #bytes = 0;

  constructor(most = mostBytes) {
    this.#mostBytes = most;
  }

  /** @param text lines `start..end` of a file that then had `totalLines` lines. */
  remember(path: string, text: string, start: number, end: number, totalLines: number): void {
    this.#totalLines.set(path, Math.max(totalLines, this.#totalLines.get(path) ?? 0));
    // A text that is too large is not copied, and does not displace all others.
    if (end < start || Buffer.byteLength(text) > this.#mostBytes) return;
    const known = this.#pieces.get(path) ?? [];
    const bytes = Buffer.from(text);
    if (known.some((piece) => same(piece, start, end, bytes))) return;
    const piece = { path, start, end, text: bytes };
    known.push(piece);
    this.#pieces.set(path, known);
    this.#queue.push(piece);
    this.#bytes += bytes.length;
    while (this.#bytes > this.#mostBytes) this.#dropOldest();
  }

  /** The most lines that the file had when it was read; null if it never was. */
  totalLines(path: string): number | null {
    return this.#totalLines.get(path) ?? null;
  }

  /** The texts of lines `start..end` that were read, by line; the latest reading counts. */
  lines(path: string, start: number, end: number): ReadonlyMap<number, string> {
    const lines = new Map<number, string>();
    for (const piece of this.#pieces.get(path) ?? []) {
      if (piece.end < start || piece.start > end) continue;
      const texts = piece.text.toString('utf8').split('\n');
      const last = Math.min(end, piece.end);
      for (let line = Math.max(start, piece.start); line <= last; line++) {
        lines.set(line, texts[line - piece.start] ?? '');
      }
    }
    return lines;
  }

  #dropOldest(): void {
    const piece = this.#queue[this.#first];
    if (!piece) return;
    this.#first += 1;
    if (this.#first > 1024 && 2 * this.#first > this.#queue.length) {
      this.#queue.splice(0, this.#first);
      this.#first = 0;
    }
    this.#bytes -= piece.text.length;
    const pieces = this.#pieces.get(piece.path) ?? [];
    // The oldest piece is also the oldest of its file.
    pieces.shift();
    if (pieces.length === 0) this.#pieces.delete(piece.path);
  }
}

function same(piece: ReadPart, start: number, end: number, text: Buffer): boolean {
  return piece.start === start && piece.end === end && piece.text.equals(text);
}
