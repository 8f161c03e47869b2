/** Bytes of a record that has not ended when it is first tried to cut it. */
const firstShortening = 65_536;

/**
 * Cuts a stream of bytes into records. `end` is the byte that ends the current one; the receiver may
 * change it for the next, as formats like "path NUL count newline" need, whose paths may hold newlines.
 * Pieces are joined once per record, so a long record costs no more than its length.
 */
export class Records {
  end: number;
  readonly #shorten: (record: Buffer) => Buffer | null;
  #pending: Buffer[] = [];
  #length = 0;
  #shortenAt = firstShortening;
  /** The rest of the current record is not wanted. */
  #skips = false;

  /**
   * @param shorten cuts a long record of which only the beginning has come, as soon as that is all that is
   * wanted of it; null while it is not.
   */
  constructor(end: number, shorten: (record: Buffer) => Buffer | null = () => null) {
    this.end = end;
    this.#shorten = shorten;
  }

  /** Calls `use` for each record without its end, until it returns false; returns whether to go on. */
  push(chunk: Buffer, use: (record: Buffer) => boolean): boolean {
    let start = 0;
    for (;;) {
      const at = chunk.indexOf(this.end, start);
      if (at < 0) break;
      const piece = chunk.subarray(start, at);
      const record = this.#whole(piece);
      this.#pending = [];
      this.#length = 0;
      this.#shortenAt = firstShortening;
      this.#skips = false;
      start = at + 1;
      if (!use(record)) return false;
    }
    if (start < chunk.length && !this.#skips) this.#keep(chunk.subarray(start));
    return true;
  }

  #whole(last: Buffer): Buffer {
    if (this.#pending.length === 0) return last;
    return Buffer.concat(this.#skips ? this.#pending : [...this.#pending, last]);
  }

  #keep(piece: Buffer): void {
    this.#pending.push(piece);
    this.#length += piece.length;
    if (this.#length < this.#shortenAt) return;
    // Looked at whenever it has doubled, so that all looks together cost no more than its length.
    const begun = Buffer.concat(this.#pending);
    const short = this.#shorten(begun);
    this.#pending = [short ?? begun];
    this.#skips = short !== null;
    this.#shortenAt = 2 * this.#length;
  }
}
