/** Lines with less weight are in too many files to identify a text. */
const leastWeight = 16;
/** One telling line in this many is remembered, so that parts of a text are found as well. */
const anchorEvery = 16;
/** How many anchors are kept: map entries of numbers, some 10 MB. */
const mostAnchors = 200_000;
/** How many hashed lines are kept, 4 bytes each. */
const mostLines = 4_000_000;

/** Lines of a file that were found in a text; 1-based, inclusive. */
interface RecognizedLines {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

interface HashedText {
  readonly path: string;
  readonly start: number;
  /** A hash per line. */
  readonly hashes: Uint32Array;
}

/**
 * Recognizes which lines of which files are in a prompt or an output, however they got there. Texts are remembered
 * by hashes, bounded in memory. Beyond the bounds, later texts are not recognized.
 */
export class LineAnchors {
  readonly #pieces: HashedText[] = [];
  /** From the hash of a line to its piece and the line in it, as `piece * 2^22 + line`. */
  readonly #anchors = new Map<number, number>();
  #lines = 0;

  /** How much is kept. */
  get size(): { readonly texts: number; readonly lines: number } {
    return { texts: this.#pieces.length, lines: this.#lines };
  }

  /** Remembers text that starts at a line of a file. */
  remember(path: string, text: string, start: number): void {
    if (this.#lines >= mostLines || this.#anchors.size >= mostAnchors) return;
    const { hashes, weights } = hashed(text);
    if (hashes.length >= lineShift || this.#knows(path, hashes, weights, start)) return;
    const piece = this.#pieces.length;
    let anchors = 0;
    let nextAnchor = 0;
    for (const [line, hash] of hashes.entries()) {
      if (line < nextAnchor || (weights[line] ?? 0) < leastWeight || this.#anchors.has(hash))
        continue;
      this.#anchors.set(hash, piece * lineShift + line);
      anchors += 1;
      nextAnchor = line + anchorEvery;
    }
    // A text without an anchor would never be found.
    if (anchors === 0) return;
    this.#pieces.push({ path, start, hashes: Uint32Array.from(hashes) });
    this.#lines += hashes.length;
  }

  /** Finds remembered lines in a text, in linear time. */
  find(text: string): RecognizedLines[] {
    if (this.#anchors.size === 0) return [];
    const { hashes, weights } = hashed(text);
    return this.#find(hashes, weights);
  }

  #find(hashes: readonly number[], weights: readonly number[]): RecognizedLines[] {
    const found: RecognizedLines[] = [];
    for (let at = 0, done = 0; at < hashes.length; at++) {
      const hash = hashes[at];
      if (hash === undefined || (weights[at] ?? 0) < leastWeight) continue;
      const anchor = this.#anchors.get(hash);
      const piece = anchor === undefined ? undefined : this.#pieces[Math.floor(anchor / lineShift)];
      if (anchor === undefined || piece === undefined) continue;
      const line = anchor % lineShift;
      // Extend from the anchor in both directions as far as text and file agree.
      let back = 0;
      while (at - back > done && hashes[at - back - 1] === piece.hashes[line - back - 1]) back += 1;
      let end = at + 1;
      while (end < hashes.length && hashes[end] === piece.hashes[line + end - at]) end += 1;
      const start = piece.start + line;
      found.push({ path: piece.path, start: start - back, end: start + end - at - 1 });
      at = end - 1;
      done = end;
    }
    return found;
  }

  /** Whether all of the text is known, at this very place. */
  #knows(
    path: string,
    hashes: readonly number[],
    weights: readonly number[],
    start: number,
  ): boolean {
    let next = start;
    for (const found of this.#find(hashes, weights)) {
      if (found.path !== path || found.start !== next) return false;
      next = found.end + 1;
    }
    return next === start + hashes.length;
  }
}

function hashed(text: string): { readonly hashes: number[]; readonly weights: number[] } {
  const hashes: number[] = [];
  const weights: number[] = [];
  for (const { hash, weight } of hashLines(text)) {
    hashes.push(hash);
    weights.push(weight);
  }
  return { hashes, weights };
}

const lineShift = 2 ** 22;

/** The hash of a line. */
interface LineHash {
  /** 32 bits, unsigned. */
  readonly hash: number;
  /** How many characters other than white space it has: short lines like `}` do not identify a file. */
  readonly weight: number;
}

/** FNV-1a over the UTF-16 units of `text[from..to)`; white space doesn't count. */
function hashLine(text: string, from: number, to: number): LineHash {
  let hash = 0x811c9dc5;
  let weight = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit <= 0x20 || unit === 0xa0) continue;
    weight += 1;
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return { hash: hash >>> 0, weight };
}

/** Hashes the lines of a text in order. A line end at the very end does not start a line. */
function* hashLines(text: string): Generator<LineHash, void, undefined> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    yield hashLine(text, from, to);
    from = to + 1;
  }
}
