/** Bytes of a WebAssembly page. */
export const pageBytes = 65_536;

/**
 * The linear memory of a guest. Addresses come from the guest and may be anything: an access outside the
 * memory throws a RangeError or is ignored, as typed arrays and views do; it never reaches other memory.
 */
export class GuestMemory {
  readonly #maxPages: number;
  #memory: WebAssembly.Memory | null = null;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));

  /** @param maxPages how far the memory may grow, in pages of 64 KiB. */
  constructor(maxPages: number) {
    this.#maxPages = maxPages;
  }

  /** Says which memory this is: the guest brings it along, after it was given what works on it. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#refresh();
  }

  /** All of it. Not to be kept: it is detached when the memory grows. */
  get bytes(): Uint8Array {
    if (this.#bytes.byteLength === 0) this.#refresh();
    return this.#bytes;
  }

  /** The same for numbers. */
  get view(): DataView {
    if (this.#bytes.byteLength === 0) this.#refresh();
    return this.#view;
  }

  /** The most bytes that there can be. */
  get maxBytes(): number {
    return this.#maxPages * pageBytes;
  }

  /** Grows to at least so many bytes, a fifth more when there is room. False: there is not that much. */
  growTo(bytes: number): boolean {
    const now = this.bytes.byteLength / pageBytes;
    const needed = Math.ceil(bytes / pageBytes);
    if (needed <= now) return true;
    if (needed > this.#maxPages) return false;
    const generous = Math.min(this.#maxPages, Math.max(needed, Math.ceil(now * 1.2)));
    return this.#grow(generous - now) || this.#grow(needed - now);
  }

  #grow(pages: number): boolean {
    if (this.#memory === null) return false;
    try {
      this.#memory.grow(pages);
    } catch {
      return false;
    }
    this.#refresh();
    return true;
  }

  #refresh(): void {
    if (this.#memory === null) return;
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }
}
