import { lineRangeText, placeText } from '../../ground/lineRange';
import { findCitations } from './findCitations';
import { namesPlace } from './namesPlace';

/** Lines of a file that a prompt has; 1-based, inclusive. */
export interface LinesInPrompt {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Doubts about one reply that code is told; a reply with more of them is not to be relied on anyway. */
const mostDoubts = 20;

/**
 * What a reply of a sub-model cites without having seen it: lines that were not in its prompt. One line of
 * text for each place, for code and for the model that wrote it.
 * @param lines of files that the prompt has, in any order.
 */
export function replyDoubts(
  reply: string,
  prompt: string,
  lines: readonly LinesInPrompt[],
): readonly string[] {
  const marks = findCitations(reply).filter(({ isGuess }) => !isGuess);
  if (marks.length === 0) return [];
  const byPath = linesByPath(lines);
  const doubts = new Map<string, string>();
  for (const { path, start, end } of marks) {
    const place = placeText({ path, start, end });
    // A place that the question names itself was not made up, though nobody may know what is there.
    if (doubts.has(place) || namesPlace(prompt, place)) continue;
    const inPrompt = byPath.get(path) ?? onlyWithEnd(byPath, path);
    if (inPrompt && isWithin(start, end, inPrompt)) continue;
    doubts.set(place, `${place}: ${reason(path, inPrompt)}`);
    if (doubts.size === mostDoubts) break;
  }
  return [...doubts.values()];
}

type Ranges = readonly (readonly [start: number, end: number])[];

function reason(path: string, inPrompt: Ranges | null): string {
  if (!inPrompt) return `the prompt has no lines of ${path}`;
  const shown = inPrompt.slice(0, 5).map(([start, end]) => lineRangeText(start, end));
  return `the prompt has lines ${shown.join(', ')}${inPrompt.length > 5 ? ', …' : ''} of it`;
}

/** The file in the prompt of which that is the end, if there is only one. */
function onlyWithEnd(byPath: ReadonlyMap<string, Ranges>, end: string): Ranges | null {
  const found = [...byPath].filter(([path]) => path.endsWith(`/${end}`));
  return found.length === 1 ? (found[0]?.[1] ?? null) : null;
}

function isWithin(start: number, end: number, ranges: Ranges): boolean {
  return ranges.some(([from, to]) => from <= start && end <= to);
}

/** Ranges that touch are one. */
function linesByPath(lines: readonly LinesInPrompt[]): ReadonlyMap<string, Ranges> {
  const byPath = new Map<string, [number, number][]>();
  const sorted = lines.toSorted((one, other) => one.start - other.start);
  for (const { path, start, end } of sorted) {
    const ranges = byPath.get(path) ?? [];
    const last = ranges.at(-1);
    if (last && start <= last[1] + 1) last[1] = Math.max(last[1], end);
    else ranges.push([start, end]);
    byPath.set(path, ranges);
  }
  return byPath;
}
