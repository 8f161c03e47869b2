import { plural } from '../../ground/figures';
import { lineRangeText } from '../../ground/lineRange';
import { type Citation, type CitationMark, findCitations } from './citations';
import type { CitedTexts } from './citedTexts';
import { locateQuote, quoteBeside } from './quotes';

/** How many lines before and after a citation are searched for quoted text. */
const nearby = 20;
/** Quotes beside longer citations are not checked, in lines. */
const mostCitedLines = 5_000;

/** A citation that could not be verified. */
export interface Doubt {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** What is wrong, for people and models. */
  readonly reason: string;
}

/** An answer with checked citations. */
export interface CheckedAnswer {
  /** The answer, with citations corrected whose quoted text is a few lines off. */
  readonly answer: string;
  /** Each citation once, in order. */
  readonly citations: readonly Citation[];
  readonly doubts: readonly Doubt[];
}

/**
 * Checks each citation of an answer: the lines must exist, and code quoted beside it must be in them. If a quote is
 * up to 20 lines off, the citation is corrected. Citations by the name in code (`context`) get the document's name,
 * and lines of a PDF or notebook get their page or cell.
 */
export async function checkCitations(
  answer: string,
  texts: CitedTexts,
  signal: AbortSignal,
): Promise<CheckedAnswer> {
  const citations = new Map<string, Citation>();
  const doubts = new Map<string, Doubt>();
  const totals = new Map<string, number | null>();
  let checked = '';
  let copied = 0;
  for (const mark of findCitations(answer)) {
    const { path } = mark;
    const total = totals.has(path) ? totals.get(path) : await texts.totalLines(path, signal);
    totals.set(path, total ?? null);
    if (total === undefined || total === null) {
      if (looksLikeNoPath(path)) continue;
    }
    const verdict = await judge(answer, mark, total ?? null, texts, signal);
    const { start, end } = verdict.moved ?? mark;
    const name = texts.nameOf(path);
    if (name !== path) {
      checked += answer.slice(copied, mark.index) + name;
      copied = mark.linesIndex;
    }
    if (verdict.moved) {
      const lines = lineRangeText(start, end);
      checked += `${answer.slice(copied, mark.linesIndex)}${mark.linesPrefix}${lines}`;
      copied = mark.index + mark.length;
    }
    const place = verdict.reason === null ? placeOf(texts, path, start, end) : null;
    const after = afterBackticks(answer, mark.index + mark.length);
    if (place !== null && !answer.startsWith(` (${place})`, after)) {
      checked += `${answer.slice(copied, after)} (${place})`;
      copied = after;
    }
    const key = `${name}:${start}-${end}`;
    const { reason } = verdict;
    if (reason !== null && !doubts.has(key)) doubts.set(key, { path: name, start, end, reason });
    citations.set(key, { path: name, start, end, verified: !doubts.has(key) });
  }
  checked += answer.slice(copied);
  return { answer: checked, citations: [...citations.values()], doubts: [...doubts.values()] };
}

/**
 * Checks the citations if possible. If texts can't be read any more, for instance because a disk is gone, the answer
 * stays as it is and none of its citations is verified.
 * @throws when the signal aborts.
 */
export async function checkIfPossible(
  answer: string,
  texts: CitedTexts,
  signal: AbortSignal,
): Promise<CheckedAnswer> {
  try {
    return await checkCitations(answer, texts, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const citations = findCitations(answer).map(({ path, start, end }) => {
      return { path: texts.nameOf(path), start, end, verified: false };
    });
    return { answer, citations, doubts: [] };
  }
}

/** The offset after the backticks that close a code span. */
function afterBackticks(answer: string, end: number): number {
  let after = end;
  while (answer[after] === '`') after += 1;
  return after;
}

/** The pages or cells of a citation: `page 3`, `pages 3 to 4`. */
function placeOf(texts: CitedTexts, path: string, start: number, end: number): string | null {
  const [first, last] = [texts.place(path, start), texts.place(path, end)];
  if (first === null || last === null || first === last) return first;
  const [kind = '', number = ''] = first.split(' ');
  return `${kind}s ${number} to ${last.slice(kind.length + 1)}`;
}

interface Verdict {
  /** What is wrong; null if nothing is. */
  readonly reason: string | null;
  readonly moved?: { readonly start: number; readonly end: number };
}

async function judge(
  answer: string,
  mark: CitationMark,
  total: number | null,
  texts: CitedTexts,
  signal: AbortSignal,
): Promise<Verdict> {
  const { path, start, end } = mark;
  if (total === null) return { reason: 'there is no such file, or it may not be read' };
  if (start < 1 || end < start) return { reason: 'these are not valid lines' };
  const missing = end > total ? `the file has ${plural(total, 'line')}` : null;
  const quote = end - start < mostCitedLines ? quoteBeside(answer, mark) : null;
  if (quote === null) return { reason: missing };
  const window = await texts.lines(path, Math.max(1, start - nearby), end + nearby, signal);
  const places = locateQuote(quote, window);
  if (places === null) return { reason: missing };
  if (places.some(([from, to]) => from >= start && to <= end)) return { reason: missing };
  // Text beyond a cut can't be compared, so it does not count against the citation.
  const isCut = window.some((one) => one.isCut && one.line >= start && one.line <= end);
  if (isCut) return { reason: missing };
  const nearest = places.toSorted((a, b) => distance(a, mark) - distance(b, mark))[0];
  if (!nearest) return { reason: missing ?? 'those lines do not have the quoted text' };
  return { reason: null, moved: { start: nearest[0], end: nearest[1] } };
}

function distance([start, end]: readonly [number, number], mark: CitationMark): number {
  return Math.abs(start - mark.start) + Math.abs(end - mark.end);
}

/** Whether it is something like `localhost:8080`, `12:30` or `Error:3`, and not a missing file. */
function looksLikeNoPath(path: string): boolean {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(path)) return true;
  return !/[/\\]/.test(path) && !/\.[A-Za-z]\w{0,9}$/.test(path);
}
