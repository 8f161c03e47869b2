/** Lines that are kept, 8 bytes each and as much again for quick access. */
const mostLines = 2_000_000;

/**
 * Which lines were seen, with what text: says of a place and a text whether that line once had that text.
 * Keeps 63 bits of a hash per line, so that hardly ever a yes is wrong. Bounded in memory; past the bound
 * later lines are not known.
 */
export class SeenLines {
  /** An open hash table of two halves: where the second is 0, a slot is free. A power of two long. */
  #low = new Uint32Array(1024);
  #high = new Uint32Array(1024);
  #count = 0;

  /** @param hash of the line's text. */
  add(path: string, line: number, hash: number): void {
    if (this.#count >= mostLines) return;
    if (2 * this.#count >= this.#low.length) this.#grow();
    if (this.#put(lowBits(path, line, hash), highBits(path, line, hash))) this.#count += 1;
  }

  has(path: string, line: number, hash: number): boolean {
    const high = highBits(path, line, hash);
    return this.#high[this.#slot(lowBits(path, line, hash), high)] === high;
  }

  #grow(): void {
    const [low, high] = [this.#low, this.#high];
    this.#low = new Uint32Array(2 * low.length);
    this.#high = new Uint32Array(2 * low.length);
    for (let slot = 0; slot < low.length; slot++) {
      const known = high[slot] ?? 0;
      if (known !== 0) this.#put(low[slot] ?? 0, known);
    }
  }

  /** False when it was there. */
  #put(low: number, high: number): boolean {
    const slot = this.#slot(low, high);
    if (this.#high[slot] === high) return false;
    this.#low[slot] = low;
    this.#high[slot] = high;
    return true;
  }

  /** Where an entry is, or would be put. */
  #slot(low: number, high: number): number {
    const mask = this.#low.length - 1;
    let slot = low & mask;
    while (this.#high[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}

function lowBits(path: string, line: number, hash: number): number {
  return mix(mix(pathHash(path) ^ 0x9e3779b9) + Math.imul(line, 0x85ebca6b) + hash);
}

/** Never 0. */
function highBits(path: string, line: number, hash: number): number {
  return (mix(mix(hash ^ 0xc2b2ae35) + Math.imul(line, 0x27d4eb2f) + pathHash(path)) | 1) >>> 0;
}

/** The finalizer of MurmurHash3. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** FNV-1a. Texts come file by file, so that the last path is mostly asked for again. */
function pathHash(path: string): number {
  if (path === lastPath) return lastHash;
  let hash = 0x811c9dc5;
  for (let i = 0; i < path.length; i++) {
    hash = Math.imul(hash ^ path.charCodeAt(i), 0x01000193);
  }
  lastPath = path;
  lastHash = hash >>> 0;
  return lastHash;
}
let lastPath = '';
let lastHash = 0x811c9dc5;
