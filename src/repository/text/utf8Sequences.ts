/**
 * Counts the valid multi-byte UTF-8 sequences, and the invalid ones, in bytes that come in pieces. Each longest prefix
 * of a sequence counts as one invalid sequence, as decoders replace it (WHATWG Encoding).
 */
export class Utf8Sequences {
  valid = 0;
  invalid = 0;
  /** How many continuation bytes the current sequence still lacks. */
  #lacking = 0;
  /** The range of the next one. */
  #low = 0x80;
  #high = 0xbf;

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#lacking > 0) {
        const fits = byte >= this.#low && byte <= this.#high;
        this.#low = 0x80;
        this.#high = 0xbf;
        if (fits) {
          this.#lacking -= 1;
          if (this.#lacking === 0) this.valid += 1;
          continue;
        }
        this.#lacking = 0;
        this.invalid += 1;
      }
      if (byte >= 0x80) this.#begin(byte);
    }
  }

  /** Call at the end: a cut sequence is invalid. */
  end(): void {
    if (this.#lacking > 0) this.invalid += 1;
    this.#lacking = 0;
  }

  #begin(byte: number): void {
    if (byte < 0xc2 || byte > 0xf4) {
      this.invalid += 1;
      return;
    }
    this.#lacking = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    // Rules out overlong forms, surrogates, and characters above U+10FFFF.
    if (byte === 0xe0) this.#low = 0xa0;
    if (byte === 0xed) this.#high = 0x9f;
    if (byte === 0xf0) this.#low = 0x90;
    if (byte === 0xf4) this.#high = 0x8f;
  }
}
