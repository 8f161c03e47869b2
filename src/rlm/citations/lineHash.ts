/** Hash of a line and how many characters of it, spaces left out, went into it. */
export interface LineHash {
  /** 32 bits, unsigned. */
  readonly hash: number;
  /** Letters, digits and signs: short lines like `}` say nothing about where they come from. */
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

/** Hashes the lines of a text, each once, in order. A line end at the very end starts no line. */
export function* hashLines(text: string): Generator<LineHash, void, undefined> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    yield hashLine(text, from, to);
    from = to + 1;
  }
}
