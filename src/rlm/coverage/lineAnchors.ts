/** Lines lighter than this are in too many files to say where a text comes from. */
const leastWeight = 16;
/** A telling line of each so many is remembered, so that a part of a text is found as well. */
const anchorEvery = 16;
/** Anchors that are kept. Map entries of numbers: some 10 MB. */
const mostAnchors = 200_000;
/** Hashed lines that are kept, 4 bytes each. */
const mostLines = 4_000_000;

/** Lines of a file that a text holds; 1-based, inclusive. */
export interface FoundLines {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** Where in the text they begin, as an index of its lines. */
  readonly at: number;
}

interface HashedText {
  readonly path: string;
  readonly start: number;
  /** A hash per line. */
  readonly hashes: Uint32Array;
}

/**
 * Tells which lines of which files a prompt or an output holds, whatever code put them there. Texts are
 * remembered by hashes, bounded in memory; past the bounds later texts are not recognised.
 */
export class LineAnchors {
  readonly #pieces: HashedText[] = [];
  /** Hash of a line to piece and line in it, `piece * 2^22 + line`. */
  readonly #anchors = new Map<number, number>();
  #lines = 0;

  /** What is kept. */
  get size(): { readonly texts: number; readonly lines: number } {
    return { texts: this.#pieces.length, lines: this.#lines };
  }

  /** Remembers lines of a file, the first of which is number `start`. */
  remember(path: string, lines: readonly LineHash[], start: number): void {
    if (this.#lines >= mostLines || this.#anchors.size >= mostAnchors) return;
    if (lines.length >= lineShift || this.#knows(path, lines, start)) return;
    const piece = this.#pieces.length;
    let anchors = 0;
    let nextAnchor = 0;
    for (const [line, { hash, weight }] of lines.entries()) {
      if (line < nextAnchor || weight < leastWeight || this.#anchors.has(hash)) continue;
      this.#anchors.set(hash, piece * lineShift + line);
      anchors += 1;
      nextAnchor = line + anchorEvery;
    }
    // Without an anchor it would never be found.
    if (anchors === 0) return;
    this.#pieces.push({ path, start, hashes: Uint32Array.from(lines, ({ hash }) => hash) });
    this.#lines += lines.length;
  }

  /**
   * Which remembered lines a text holds. Takes time linear in the text.
   * @param lines of the text; with a `number`, a line is only found as the line of that number. Null is
   * never found.
   */
  find(lines: readonly (NumberedHash | null)[]): FoundLines[] {
    if (this.#anchors.size === 0) return [];
    const found: FoundLines[] = [];
    for (let at = 0, done = 0; at < lines.length; at++) {
      const line = lines[at];
      if (!line || line.weight < leastWeight) continue;
      const anchor = this.#anchors.get(line.hash);
      const piece = anchor === undefined ? undefined : this.#pieces[Math.floor(anchor / lineShift)];
      if (anchor === undefined || piece === undefined) continue;
      // Back and forth from the anchor as far as text and file agree.
      const offset = (anchor % lineShift) - at;
      if (!agrees(lines[at], piece, at + offset)) continue;
      let first = at;
      while (first > done && agrees(lines[first - 1], piece, first - 1 + offset)) first -= 1;
      let end = at + 1;
      while (end < lines.length && agrees(lines[end], piece, end + offset)) end += 1;
      const start = piece.start + offset;
      found.push({ path: piece.path, start: start + first, end: start + end - 1, at: first });
      at = end - 1;
      done = end;
    }
    return found;
  }

  /** Whether the text is known whole, at this very place. */
  #knows(path: string, lines: readonly LineHash[], start: number): boolean {
    let next = start;
    for (const found of this.find(lines)) {
      if (found.path !== path || found.start !== next) return false;
      next = found.end + 1;
    }
    return next === start + lines.length;
  }
}

/** Whether a line of a text is the line of a piece with that index. */
function agrees(line: NumberedHash | null | undefined, piece: HashedText, index: number): boolean {
  if (!line || line.hash !== piece.hashes[index]) return false;
  return line.number === undefined || line.number === piece.start + index;
}

const lineShift = 2 ** 22;

/** Hash of a line and how many characters of it, spaces left out, went into it. */
export interface LineHash {
  /** 32 bits, unsigned. */
  readonly hash: number;
  /** Letters, digits and signs: short lines like `}` say nothing about where they come from. */
  readonly weight: number;
}

/** A line that may have the number of a line of a file. */
export interface NumberedHash extends LineHash {
  readonly number?: number;
}

/** FNV-1a over the UTF-16 units of `text[from..to)`; white space doesn't count. */
export function hashLine(text: string, from: number, to: number): LineHash {
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

/** The hash of each line of a text. A line end at the very end starts no line. */
export function hashLines(text: string): readonly LineHash[] {
  const lines: LineHash[] = [];
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    lines.push(hashLine(text, from, to));
    from = to + 1;
  }
  return lines;
}
