/**
 * Cuts a stream of bytes into records. `end` is the byte that ends the current one; the receiver may
 * change it for the next, as formats like "path NUL count newline" need, whose paths may hold newlines.
 * Pieces are joined once per record, so a long record costs no more than its length.
 */
export class Records {
  end: number;
  #pending: Buffer[] = [];

  constructor(end: number) {
    this.end = end;
  }

  /** Calls `use` for each record without its end, until it returns false; returns whether to go on. */
  push(chunk: Buffer, use: (record: Buffer) => boolean): boolean {
    let start = 0;
    for (;;) {
      const at = chunk.indexOf(this.end, start);
      if (at < 0) break;
      const piece = chunk.subarray(start, at);
      const record = this.#pending.length === 0 ? piece : Buffer.concat([...this.#pending, piece]);
      this.#pending = [];
      start = at + 1;
      if (!use(record)) return false;
    }
    if (start < chunk.length) this.#pending.push(chunk.subarray(start));
    return true;
  }
}
