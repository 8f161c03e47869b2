import type { CitationMark } from './citationMark';
import { blankFences } from './citations';
import { findHostedLinks } from './hostedLinks';
import { readLines, type WrittenLines } from './lineNumbers';
import { pathAfter, pathBefore, type WrittenPath } from './writtenPaths';

/** What leads in the numbers right after a path: `:`, `#L`, `:L`, `†L` and the like. */
const sign =
  /(?:\?plain=1)?#(?:[Ll](?=\d)|lines?-)|[:：](?:[Ll](?:ines? )?)?(?=\d)|†(?:[Ll](?:ines? )?)?(?=\d)|#(?=\d{1,9}-\d)|\((?=\d{1,9},\d{1,9}\))/
    .source;
/** Words for "line", in the languages that models answer in most. */
const word =
  /(?<![A-Za-z\d_])(?:lines?|ll?\.|Zeilen?|lignes?|l[íi]neas?|linhas?|rig(?:a|he)|строк[аиуе]?) ?(?=[Ll]?\d)|(?<![A-Za-z\d_/])L(?=\d)|(?<=[ `*_)\]])[([（](?=\d{1,9}\s?[-–]\s?\d{1,9}[)\]）])/
    .source;
/** Chinese, Japanese and Korean have it after the numbers: `第12行`, `12〜20行目`, `12번째 줄`. */
const cjkLines =
  /(?:第\s?)?(?=\d{1,9}(?:\s?[-–—~～〜至到、,，]\s?(?:第\s?)?\d{1,9}){0,8}\s?(?:行|番目の行|번째\s?줄|번\s?줄|줄))(?<!\d)/
    .source;
const leads = new RegExp(`(?<sign>${sign})|(?<word>${word})|(?<cjk>${cjkLines})`, 'giu');
/** After the numbers of `cjkLines`. */
const cjkWord = /\s?(?:行目?|番目の行|번째\s?줄|번\s?줄|줄)/y;
/** `of`, `in` and the like between lines and the path that they are of. */
const ofPath =
  /\s(?:of|in|from|within|von|in der Datei|de|du|dans|del?|do|da|из|в)(?: the)?(?: file)?\s/y;

interface Span {
  readonly start: number;
  readonly end: number;
  /** What is between the backticks. */
  readonly inner: number;
  readonly innerEnd: number;
}

/**
 * Every citation in an answer, in order, in any of the usual forms: `a.ts:12-20`, `a.ts#L12-L20`,
 * `a.ts, lines 12 and 14`, `【a.ts†L12】`, links to lines on a Git host, `a.ts 的第 12 行`. Code fences are
 * not searched. Takes time in proportion to the text.
 */
export function findCitations(answer: string): CitationMark[] {
  const marks: CitationMark[] = [];
  const { text: withoutLinks, marks: hosted } = findHostedLinks(blankFences(answer));
  const spans = spansOf(withoutLinks);
  let done = 0;
  let spanAt = 0;
  for (const match of withoutLinks.matchAll(leads)) {
    const at = match.index;
    if (at < done) continue;
    while ((spans[spanAt]?.end ?? Number.POSITIVE_INFINITY) <= at) spanAt += 1;
    const span = spans[spanAt];
    const within = span && span.inner <= at && at < span.innerEnd ? span : null;
    const found = readPlace(withoutLinks, match, within, done);
    if (!found) continue;
    marks.push(...found.marks);
    done = found.end;
  }
  return [...marks, ...hosted].sort((a, b) => a.index - b.index);
}

function readPlace(
  text: string,
  match: RegExpExecArray,
  span: Span | null,
  from: number,
): { readonly marks: readonly CitationMark[]; readonly end: number } | null {
  const at = match.index;
  const isSign = match.groups?.['sign'] !== undefined;
  const lead = match[0];
  const isCall = lead === '(' && isSign;
  const read = readLines(text, at + lead.length, span === null);
  if (!read) return null;
  let { lines, end } = read;
  if (isCall) {
    // `a.ts(12,5)`: a line and a column.
    lines = lines.slice(0, 1);
    end = text.indexOf(')', at) + 1;
  } else if (lead === '#lines-' && lines[0] && /^#lines-\d+:\d+/.test(text.slice(at, at + 30))) {
    const last = Number(/:(\d+)/.exec(text.slice(at, at + 30))?.[1]);
    lines = [{ ...lines[0], end: last }];
  }
  if (match.groups?.['cjk'] !== undefined) end += lengthAt(cjkWord, text, end);
  const floor = Math.max(from, span?.inner ?? 0);
  const inSpan = span !== null;
  const isWholeSpan = span !== null && floor === span.inner && end >= span.innerEnd - 1;
  const path = pathBefore(text, at, { isSign, isCall, floor, inSpan, isWholeSpan });
  if (path) {
    const marks = marksOf(text, path, lines, end, span, isSign);
    return { marks, end: closed(text, path, end) };
  }
  if (match.groups?.['word'] === undefined || span !== null) return null;
  return placeOfWords(text, at, lines, end);
}

/** `lines 12-20 of src/a.ts`. */
function placeOfWords(text: string, at: number, lines: readonly WrittenLines[], end: number) {
  const between = lengthAt(ofPath, text, end);
  const path = between > 0 ? pathAfter(text, end + between) : null;
  const [first, ...more] = lines;
  if (!path || !first || more.length > 0) return null;
  const form = { index: at, length: path.end - at, before: path.ticks, after: path.ticks };
  const mark = { path: path.path, start: first.start, end: first.end, longer: null, form };
  const isGuess = !/[/\\].*\.\w/.test(path.path);
  return { marks: [{ ...mark, isGuess, index: at, length: path.end - at }], end: path.end };
}

/** One mark for each range after a path; the first has the path in it. */
function marksOf(
  text: string,
  path: WrittenPath,
  lines: readonly WrittenLines[],
  end: number,
  span: Span | null,
  isSign: boolean,
): CitationMark[] {
  const last = lines.length - 1;
  // In a code span each range becomes a span of its own; so it is where only the path has backticks.
  const ticks = span ? text.slice(span.start, span.inner) : path.ticks;
  return lines.map((range, n) => {
    const index = n === 0 ? path.index : range.index;
    const to = range.index + range.length;
    const from = n === 0 ? path.whole : range.index;
    const until = n === last ? closed(text, path, end) : to;
    const before = n === 0 ? (span ? '' : path.before) : ticks;
    const after = n === last ? (span ? '' : path.after) : ticks;
    return {
      path: path.path,
      start: range.start,
      end: range.end,
      index,
      length: to - index,
      longer: n === 0 ? path.longer : null,
      isGuess: !isSign && !/[/\\].*\.\w/.test(path.path),
      form: path.isLinkTarget ? null : { index: from, length: until - from, before, after },
    };
  });
}

/** Where a place ends that began with a bracket: after the bracket that closes it. */
function closed(text: string, { closer }: WrittenPath, end: number): number {
  return closer !== '' && text[end] === closer ? end + 1 : end;
}

/** Code spans, in any number of backticks and on one line: `cite()` sets a name with spaces in its own. */
function spansOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  // From the end: the next run of as many backticks on the line closes a span.
  const next = new Map<number, { readonly start: number; readonly end: number }>();
  const runs = [...text.matchAll(/`+|\n/g)].reverse();
  const closers = runs.map(({ 0: run, index }) => {
    if (run === '\n') next.clear();
    const closer = next.get(run.length) ?? null;
    if (run !== '\n') next.set(run.length, { start: index, end: index + run.length });
    return closer;
  });
  let done = 0;
  for (let n = runs.length - 1; n >= 0; n -= 1) {
    const [run, closer] = [runs[n], closers[n]];
    if (!run || !closer || run.index < done) continue;
    const inner = run.index + run[0].length;
    spans.push({ start: run.index, end: closer.end, inner, innerEnd: closer.start });
    done = closer.end;
  }
  return spans;
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
