/** Lines of a file as a text writes them: `12`, `12-20`, `L12–L20`, `12 to 20`. */
export interface WrittenLines {
  /** 1-based, inclusive; as written, so that the end may lie before the start. */
  readonly start: number;
  readonly end: number;
  /** Where they stand in the text, in UTF-16 code units. */
  readonly index: number;
  readonly length: number;
}

/** Hyphens, dashes and tildes of all widths, dots, and words for "to". */
const dash =
  /\s{0,2}(?:[-‐‑‒–—―−－~～〜]|\.{2,3}|…|(?<=\s)(?:to|through|bis|à|al?|até|до)(?=\s)|至|到|から)\s{0,2}(?:第\s?)?(?:#?[Ll](?:ine|INE)?)?/
    .source;
/** `C5` is a column, `:5` as well. */
const column = String.raw`(?:[Cc]\d{1,9})?`;
const range = new RegExp(
  String.raw`(?:#?[Ll](?:ine |INE )?)?(\d{1,9})${column}(?:(${dash})(\d{1,9})${column})?`,
  'y',
);
/** Between two ranges after one path: `17, 33`, `17-20 and 33`, `17、33`. */
const separator =
  /\s{0,2}(?:[,;&+、，；]\s{0,2}(?:(?:and|or|und|et|y|e|и)\s)?|(?<=\s)(?:and|und|et|y|e|и)\s|[和と及]\s?|및\s?)\s?(?:lines? )?/y;
/** What makes a number part of something else: a word, a path, a decimal, a time. */
const partOfMore = /\w|[/%\\]|[.:]\d/y;
/** A column after lines: `12:5`. */
const columnAfter = /:\d{1,6}(?![\d:])/y;
/** After a further number in prose: a word of which it may be the count. */
const countedWord =
  /\s+(?!(?:and|or|are|is|in|for|to|where|which|that|both|all|shows?|und|oder|et|ou|y|o)\b)[\p{L}]|[\p{Script=Latin}\p{Script=Cyrillic}]/uy;

/**
 * Reads line numbers from `at` on: one range, or several with commas or "and" between them.
 * @param isProse where a number after a comma may count what follows it (`a.ts:17, 33 files`).
 * @returns nothing when there are no lines; the text after the last of `lines` is at `end`.
 */
export function readLines(
  text: string,
  at: number,
  isProse: boolean,
): { readonly lines: readonly WrittenLines[]; readonly end: number } | null {
  const first = readRange(text, at);
  if (!first) return null;
  const lines: WrittenLines[] = [first.lines];
  let { end } = first;
  for (;;) {
    const between = matchAt(separator, text, end)?.[0].length ?? 0;
    const next = between > 0 ? readRange(text, end + between) : null;
    if (!next || next.lines.end < next.lines.start) break;
    const previous = lines.at(-1);
    if (isProse && previous) {
      if (next.lines.start <= previous.start || matchAt(countedWord, text, next.end)) break;
    }
    lines.push(next.lines);
    end = next.end;
  }
  return { lines, end };
}

function readRange(
  text: string,
  at: number,
): { readonly lines: WrittenLines; readonly end: number } | null {
  const match = matchAt(range, text, at);
  if (!match) return null;
  const [whole, from = '', between, to] = match;
  let length = whole.length;
  let last = to;
  // `12 - 3 retries` and `12 to 3` are no range; `12-3` is one, and a wrong one.
  const isSpaced = between !== undefined && /[^-‑–]/.test(between);
  if (to !== undefined && isSpaced && Number(to) < Number(from)) {
    length = whole.length - to.length - (between?.length ?? 0);
    last = undefined;
  }
  const columnLength = matchAt(columnAfter, text, at + length)?.[0].length ?? 0;
  const end = at + length + columnLength;
  if (matchAt(partOfMore, text, end)) return null;
  const lines = {
    start: Number(from),
    end: Number(last ?? from),
    index: at,
    length: length + columnLength,
  };
  return { lines, end };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
