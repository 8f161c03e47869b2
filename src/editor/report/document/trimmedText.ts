/** The place of an offset after the editor trimmed the text. */
export interface TrimmedPlace {
  readonly at: number;
  /** The white space removed before it. */
  readonly lost: string;
}

/**
 * Compares a text with its form after the editor saved it: perhaps without spaces at the ends of lines, without
 * empty lines at the end, or with a final line end.
 * @returns a function that maps offsets of the first text to the second; null if they differ in more than that.
 */
export function trimmedPlaces(
  before: string,
  after: string,
): ((offset: number) => TrimmedPlace) | null {
  const [old, now] = [linesOf(before), linesOf(after)];
  for (let line = 0; line < Math.max(old.length, now.length); line++) {
    const [was, is] = [old[line]?.text ?? '', now[line]?.text ?? ''];
    if (!was.startsWith(is) || !isBlank(was.slice(is.length))) return null;
  }
  return (offset) => {
    const line = Math.max(
      0,
      old.findLastIndex(({ start }) => start <= offset),
    );
    const [was, is] = [old[line], now[line]];
    const last = now.at(-1);
    if (!was || !last) return { at: 0, lost: '' };
    if (!is) {
      const same = old[now.length - 1] ?? was;
      return { at: after.length, lost: before.slice(same.start + last.text.length, offset) };
    }
    const column = Math.min(offset - was.start, is.text.length);
    return { at: is.start + column, lost: before.slice(was.start + column, offset) };
  };
}

interface Line {
  readonly start: number;
  /** Without its end. */
  readonly text: string;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ start, text: text.slice(start, index) });
    start = index + end.length;
  }
  lines.push({ start, text: text.slice(start) });
  return lines;
}

/** Whether a text has only what the editor trims. */
function isBlank(text: string): boolean {
  return /^[ \t]*$/.test(text);
}
