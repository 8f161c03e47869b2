/** One replacement in a text; offsets in UTF-16 units. */
export interface TextChange {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: string;
}

/**
 * The smallest single replacement that turns one text into another; null when they are equal. It never begins
 * or ends inside a surrogate pair or a CRLF: an editor would move it.
 */
export function textChange(from: string, to: string): TextChange | null {
  if (from === to) return null;
  const shorter = Math.min(from.length, to.length);
  let prefix = 0;
  while (prefix < shorter && from[prefix] === to[prefix]) prefix++;
  while (prefix > 0 && (splits(from, prefix) || splits(to, prefix))) prefix--;
  let suffix = 0;
  const rest = shorter - prefix;
  while (suffix < rest && from.at(-1 - suffix) === to.at(-1 - suffix)) suffix++;
  while (suffix > 0 && (splits(from, from.length - suffix) || splits(to, to.length - suffix))) {
    suffix--;
  }
  return {
    offset: prefix,
    removed: from.length - prefix - suffix,
    inserted: to.slice(prefix, to.length - suffix),
  };
}

/** True when the offset is inside a surrogate pair or a CRLF. */
function splits(text: string, offset: number): boolean {
  return /^(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|\r\n)$/.test(text.slice(offset - 1, offset + 1));
}
