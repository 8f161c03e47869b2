import { lineRangeText } from '../../ground/lineRange';
import type { Citation } from './citations';
import type { CitedTexts } from './citedTexts';
import { findCitations } from './findCitations';
import { judgeCitation, type Verdict } from './judgeCitation';
import { type ResolvedMark, resolveMarks } from './resolveMarks';

/** A citation that nobody should rely on: no model saw what it cites, or it is not there. */
export interface Doubt extends Citation {
  /** For people and models: what is wrong with it. */
  readonly reason: string;
  /** Lines of that file that whoever mends it needs to see; null for none. */
  readonly needs: { readonly start: number; readonly end: number } | null;
}

/** An answer with checked citations. */
export interface CheckedAnswer {
  /** The answer; each citation is spelled `path:start-end`, and points to what it quotes. */
  readonly answer: string;
  /** Each citation once, in order. */
  readonly citations: readonly Citation[];
  readonly doubts: readonly Doubt[];
}

export interface CheckOptions {
  /** Doubts that a model was told of, by `doubtKey`: one that it stands by is not raised in that way again. */
  readonly told?: ReadonlySet<string>;
  /** The text is written already: a citation that would have to move is wrong. */
  readonly isWritten?: boolean;
}

/** The same for the same citation in the next draft of an answer. */
export function doubtKey({ path, start, end }: Pick<Citation, 'path' | 'start' | 'end'>): string {
  return `${path}:${start}-${end}`;
}

/**
 * Checks each citation of an answer and says what it rests on. Every usual form of a place is understood and
 * becomes `path:start-end`. A citation moves only where code that stands beside it is found once within 20
 * lines, and not in those that are cited. What was cited as code calls it (`context`) gets its name, and
 * lines of a PDF or notebook the page or cell that they are on.
 */
export async function checkCitations(
  answer: string,
  texts: CitedTexts,
  signal: AbortSignal,
  { told, isWritten = false }: CheckOptions = {},
): Promise<CheckedAnswer> {
  const citations = new Map<string, Citation>();
  const doubts = new Map<string, Doubt>();
  let checked = '';
  let copied = 0;
  for (const place of await resolveMarks(findCitations(answer), texts, signal)) {
    const { mark } = place;
    const path = texts.nameOf(place.path);
    const isConfirmed = told?.has(doubtKey({ path, start: mark.start, end: mark.end })) ?? false;
    const how = { isConfirmed, isWritten };
    const verdict = await judgeCitation(answer, place, texts, how, signal);
    const { start, end } = verdict.moved ?? mark;
    const rewritten = rewrite(answer, place, verdict, texts);
    checked += answer.slice(copied, rewritten.from) + rewritten.text;
    copied = rewritten.to;
    const citation = { path, start, end, evidence: verdict.evidence };
    const key = doubtKey(citation);
    const before = citations.get(key);
    // Where one of two is wrong, what stands beside it is.
    if (before?.evidence === 'wrong') continue;
    citations.set(key, before && verdict.evidence === 'read' ? before : citation);
    const { reason, needs } = verdict;
    if (reason !== null) doubts.set(key, { ...citation, reason, needs });
  }
  checked += answer.slice(copied);
  return { answer: checked, citations: [...citations.values()], doubts: [...doubts.values()] };
}

/**
 * The same where it can be had: if texts can't be read any more, for instance because a disk is gone, the
 * answer stays as it is, and none of its citations counts for more than unread.
 * @throws when stopped meanwhile.
 */
export async function checkIfPossible(
  answer: string,
  texts: CitedTexts,
  signal: AbortSignal,
  options: CheckOptions = {},
): Promise<CheckedAnswer> {
  try {
    return await checkCitations(answer, texts, signal, options);
  } catch (error) {
    if (signal.aborted) throw error;
    const citations = findCitations(answer)
      .filter(({ isGuess }) => !isGuess)
      .map(({ path, start, end }) => {
        return { path: texts.nameOf(path), start, end, evidence: 'unread' } as const;
      });
    return { answer, citations, doubts: [] };
  }
}

/** What takes the place of a part of the answer; the same text where nothing changes. */
function rewrite(
  answer: string,
  { mark, written, index }: ResolvedMark,
  { moved, evidence }: Verdict,
  texts: CitedTexts,
): { readonly from: number; readonly to: number; readonly text: string } {
  const { start, end } = moved ?? mark;
  const { form } = mark;
  // A link keeps the form that its target has, `#L12`.
  const from = index ?? form?.index ?? mark.index;
  const to = form ? form.index + form.length : mark.index + mark.length;
  const isBare =
    index !== null || (form?.before.includes('`') !== true && answer[from - 1] !== '`');
  const ticks = isBare && (index !== null || !isPlain(written)) ? ticksFor(written) : '';
  const [before, after] = ticks === '' ? [form?.before ?? '', form?.after ?? ''] : [ticks, ticks];
  const lines = lineRangeText(start, end);
  const text = form ? `${before}${written}:${lines}${after}` : linkTarget(answer, mark, moved);
  if (evidence === 'wrong') return { from, to, text };
  const place = placeOf(texts, mark.path, start, end);
  const behind = after.endsWith('`') ? to : afterBackticks(answer, to);
  if (place === null || answer.startsWith(` (${place})`, behind)) return { from, to, text };
  return { from, to: behind, text: `${text}${answer.slice(to, behind)} (${place})` };
}

function linkTarget(
  answer: string,
  { index, length }: ResolvedMark['mark'],
  moved: Verdict['moved'],
): string {
  const target = answer.slice(index, index + length);
  if (!moved) return target;
  const { start, end } = moved;
  const lines = start === end ? `L${start}` : `L${start}-L${end}`;
  return target.replace(/(?:#L|:L?)\d+(?:C\d+)?(?:[-–]L?\d+(?:C\d+)?)?$/, `#${lines}`);
}

/** Whether a reader of plain text sees where a path begins and ends. */
function isPlain(path: string): boolean {
  return /^[\w@.+~$/[\]()-]+$|^[\w@.+~$/[\]()\p{L}\p{N}\p{M}-]+$/u.test(path);
}

function ticksFor(path: string): string {
  return path.includes('`') ? '``' : '`';
}

/** Where a code span that ends there is closed. */
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
