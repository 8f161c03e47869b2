import { plural } from '../../ground/figures';
import { lineRangeText } from '../../ground/lineRange';
import type { Evidence } from './citations';
import type { CitedTexts } from './citedTexts';
import { codeBeside, distinctiveName, linesWithName, locateQuote } from './quotes';
import type { ResolvedMark } from './resolveMarks';

/** Lines before and after a citation in which quoted text is looked for. */
const nearby = 20;
/** A quote beside a citation of more lines than this is not looked for. */
const mostCitedLines = 5_000;
/** In a file of more lines than this a quote is not looked for far from where it is cited. */
const mostSearchedLines = 20_000;
/** A name beside a citation of more lines than this does not move it. */
const mostMovedLines = 3;
/** Places of a quote that are named. */
const namedPlaces = 3;
/** Characters of a quote that are shown. */
const shownQuote = 120;

/** What a citation comes to. */
export interface Verdict {
  readonly evidence: Evidence;
  /** Where it should point; null to stay. */
  readonly moved: { readonly start: number; readonly end: number } | null;
  /** For people and models: what is wrong with it; null when nothing is. */
  readonly reason: string | null;
  /** Lines that whoever mends it needs to see. */
  readonly needs: { readonly start: number; readonly end: number } | null;
}

/** How a citation is judged. */
export interface Judging {
  /** A model was told that its quote is not there, and stands by it. */
  readonly isConfirmed: boolean;
  /** The text is written already, so that no citation can move. */
  readonly isWritten: boolean;
}

/** Says what a citation rests on. */
export async function judgeCitation(
  answer: string,
  { mark, path, totalLines }: ResolvedMark,
  texts: CitedTexts,
  { isConfirmed, isWritten }: Judging,
  signal: AbortSignal,
): Promise<Verdict> {
  const { start, end } = mark;
  if (totalLines === null) {
    const name = path.split('/').at(-1) ?? path;
    const others = await texts.endingWith(name, namedPlaces, signal);
    const hint = others.length > 0 ? `; there is ${list(others.map((one) => `\`${one}\``))}` : '';
    return wrong(`there is no such file, or it may not be read${hint}`);
  }
  if (start < 1 || end < start) return wrong('these are not valid lines');
  const missing = end > totalLines ? `the file has ${plural(totalLines, 'line')}` : null;
  const beside = end - start < mostCitedLines ? codeBeside(answer, mark) : null;
  if (beside?.kind === 'quotation') {
    const verdict = await judgeQuote(beside.text);
    if (verdict) return verdict;
  } else if (beside && !isWritten && end - start < mostMovedLines) {
    const moved = await placeOfName(beside.text);
    if (moved) return { ...(await bySight(moved.start, moved.end)), moved };
  }
  if (missing !== null) {
    const last = Math.max(1, totalLines - 2);
    return { ...wrong(missing), needs: { start: last, end: totalLines } };
  }
  return bySight(start, end);

  /** Null where there is nothing to compare, or nothing to hold against the citation. */
  async function judgeQuote(quote: string): Promise<Verdict | null> {
    const window = await texts.lines(path, Math.max(1, start - nearby), end + nearby, signal);
    const places = locateQuote(quote, window);
    if (places === null) return null;
    if (places.some(([from, to]) => from >= start && to <= end)) {
      return missing === null ? { ...quoted, moved: null } : null;
    }
    // What is beyond a cut can't be compared, and is not held against the citation.
    if (window.some((one) => one.isCut && one.line >= start && one.line <= end)) return null;
    const [only] = places;
    if (only && places.length === 1 && !isWritten)
      return { ...quoted, moved: { start: only[0], end: only[1] } };
    if (isConfirmed) return null;
    const elsewhere = places.length > 0 ? places : await placesInFile(quote);
    const shown = shorten(quote);
    const where =
      elsewhere.length === 0
        ? 'It is nowhere in the file'
        : `It is at ${list(elsewhere.slice(0, namedPlaces).map(([from, to]) => lineRangeText(from, to)))}`;
    return {
      ...wrong(`${missing ?? 'those lines do not have the quoted text'} \`${shown}\`. ${where}`),
      needs: missing === null ? { start, end } : null,
    };
  }

  async function placesInFile(quote: string) {
    if (totalLines === null || totalLines > mostSearchedLines) return [];
    return locateQuote(quote, await texts.lines(path, 1, totalLines, signal)) ?? [];
  }

  /** Where a name that is mentioned beside the citation stands, if only once and near; else null. */
  async function placeOfName(mention: string) {
    const name = distinctiveName(mention);
    if (name === null) return null;
    const window = await texts.lines(path, Math.max(1, start - nearby), end + nearby, signal);
    const cited = window.filter(({ line }) => line >= start && line <= end);
    if (cited.some(({ text }) => text.includes(name))) return null;
    const [line, ...more] = linesWithName(name, window);
    if (line === undefined || more.length > 0) return null;
    return { start: line, end: Math.min(line + end - start, totalLines ?? line) };
  }

  async function bySight(from: number, to: number): Promise<Verdict> {
    const unsent: number[] = [];
    let unused = 0;
    for (let line = from; line <= to; line += 1) {
      const sight = texts.sightOf(path, line);
      if (sight === 'sent') continue;
      unsent.push(line);
      if (sight === null) unused += 1;
      if (unsent.length > mostCitedLines) break;
    }
    if (await areBlank(unsent)) return { ...fine, evidence: 'read' };
    if (unused === 0) return { ...fine, evidence: 'used' };
    const part = unsent.length === to - from + 1 ? 'these lines were' : lineList(unsent);
    return {
      ...fine,
      evidence: 'unread',
      reason: `${part} shown to no model of this run`,
      needs: { start: unsent[0] ?? from, end: unsent.at(-1) ?? to },
    };
  }

  /** A line without text shows nothing, so nobody needs to have seen it. */
  async function areBlank(lines: readonly number[]): Promise<boolean> {
    const [first] = lines;
    if (first === undefined) return true;
    if (lines.length > nearby) return false;
    const known = await texts.lines(path, first, lines.at(-1) ?? first, signal);
    const text = new Map(known.map((one) => [one.line, one.text]));
    return lines.every((line) => text.get(line)?.trim() === '');
  }
}

const fine = {
  evidence: 'read',
  moved: null,
  reason: null,
  needs: null,
} as const;
const quoted = { ...fine, evidence: 'quoted' } as const;

function wrong(reason: string): Verdict {
  return { ...fine, evidence: 'wrong', reason };
}

function shorten(quote: string): string {
  const line = quote.trim().replace(/\s+/g, ' ').replaceAll('`', "'");
  return line.length > shownQuote ? `${line.slice(0, shownQuote)}…` : line;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function lineList(lines: readonly number[]): string {
  const [first = 0, last = first] = [lines[0], lines.at(-1)];
  if (first === last) return `line ${first} was`;
  const isWhole = last - first + 1 === lines.length;
  return `${isWhole ? '' : 'a part of '}lines ${lineRangeText(first, last)} ${isWhole ? 'were' : 'was'}`;
}
