import { headline } from '../completion/headline';

/** Cuts the code out of what a model wrote. */

/** A fence that holds code, and the ways to close it. */
export interface CodeFence {
  /** What stands before the fence since the last one. */
  readonly prose: string;
  /**
   * The code up to each line that could close the fence, shortest first. There is more than one where
   * fences stand inside the code, for example in a triple-quoted string.
   */
  readonly candidates: readonly CodeCandidate[];
  /** False when the text ends before any line closes the fence. */
  readonly closed: boolean;
}

export interface CodeCandidate {
  readonly code: string;
  /** Where to go on looking for the next fence. */
  readonly end: number;
}

const opening = /^ {0,3}(`{3,}|~{3,})[ \t]*(?:repl|python3?|py)\b[^`\n]*$/im;

/** More closing lines than this are not tried; a reply that long is cut anyway. */
const maxCandidates = 50;

/** The first code fence at or after `from`, or null when there is none. */
export function nextFence(text: string, from = 0): CodeFence | null {
  const rest = text.slice(from);
  const open = opening.exec(rest);
  if (!open) return null;
  const mark = open[1] ?? '```';
  const start = from + open.index + open[0].length + 1;
  const prose = rest.slice(0, open.index).trim();
  const candidates = closings(text, start, mark);
  if (candidates.length > 0) return { prose, candidates, closed: true };
  return { prose, candidates: [{ code: text.slice(start), end: text.length }], closed: false };
}

/** How many code fences there are at or after `from`. */
export function countFences(text: string, from: number): number {
  let count = 0;
  for (let fence = nextFence(text, from); fence; count++) {
    fence = nextFence(text, fence.candidates[0]?.end ?? text.length);
  }
  return count;
}

function closings(text: string, start: number, mark: string): CodeCandidate[] {
  const closing = new RegExp(`^ {0,3}\\${mark[0]}{${mark.length},}[ \\t]*\\r?$`, 'gm');
  closing.lastIndex = start;
  const candidates: CodeCandidate[] = [];
  for (let match = closing.exec(text); match; match = closing.exec(text)) {
    candidates.push({ code: text.slice(start, match.index), end: match.index + match[0].length });
    if (candidates.length === maxCandidates) break;
  }
  return candidates;
}

/**
 * A submission written as text instead of code: `FINAL(...)` or `FINAL_VAR(...)` at the start of a
 * line, as the paper's prompt has it. Returns it as code to run, or null.
 */
export function submissionInText(text: string): string | null {
  const match = /^[ \t]*(?:FINAL|FINAL_VAR)\(.*\)[ \t]*$/ms.exec(text);
  return match ? match[0].trim() : null;
}

/** What the model said it would do, on one line: the last sentence before its code, or else the code. */
export function intention(prose: string, code: string): string {
  const paragraph = prose.split(/\n\s*\n/).at(-1) ?? '';
  const plain = paragraph
    .replace(/^[#>*\-\s]+/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain) return headline(plain);
  const line = code
    .split('\n')
    .find((text) => /\S/.test(text) && !/^\s*(#|import |from )/.test(text));
  return headline(line?.trim() ?? 'Run code');
}
