import { hashLine, type LineHash } from './lineAnchors';

/** A line of a prompt or an output. */
export interface PromptLine {
  /** Of the line as it is. */
  readonly whole: LineHash;
  /** Its line number and text, where it has a number in the margin. */
  readonly numbered: { readonly line: number; readonly text: LineHash } | null;
  /** What it says of the lines after it, when it is the header of a text. */
  readonly header: LineSpan | null;
  /** The places that it may name before a text, as a match prints; only one can be a file. */
  readonly places: readonly NamedLine[];
}

/** A line of a file. */
export interface NamedLine {
  readonly path: string;
  readonly line: number;
}

/** Lines of a file; 1-based, inclusive. */
export interface LineSpan {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Takes a prompt or an output apart, in time linear in its length. */
export function promptLines(text: string): readonly PromptLine[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => ({
    whole: hashLine(line, 0, line.length),
    numbered: numberedLine(line),
    header: headerIn(line),
    places: placesIn(line),
  }));
}

const mostPathLength = 1_024;
/** A header and what comes before it on its line are looked for in so much of the line's end. */
const mostHeaderLength = mostPathLength + 100;

/** As a text has it above its lines; an f-string may have put something before it. */
const chunkHeader = /=== (.+?):(\d{1,9})-(\d{1,9}) ===$/;
/** A line number and a tab, indented or quoted. */
const margin = /^[\s>|#*-]{0,40}?(\d{1,9})\t/;
/** A match as it prints: `path:12: text`, and a line around one: `path-12- text`. */
const matchLine = /^([^:]+):(\d{1,9}): /;
const contextLine = /^(\S+)-(\d{1,9})- /;
const matchAfterWords = /[\s[(,'"]([^\s:[(,'"]+):(\d{1,9}): /;

function headerIn(line: string): LineSpan | null {
  const trimmed = line.trimEnd();
  if (!trimmed.endsWith(' ===')) return null;
  const [, path, start, end] = chunkHeader.exec(trimmed.slice(-mostHeaderLength)) ?? [];
  if (path === undefined) return null;
  return { path, start: Number(start), end: Number(end) };
}

function numberedLine(line: string): PromptLine['numbered'] {
  const [head, number] = margin.exec(line.slice(0, 60)) ?? [];
  if (head === undefined) return null;
  return { line: Number(number), text: hashLine(line, head.length, line.length) };
}

/** As it prints by itself, as an item of a list, or after other words: `print("first:", hits[0])`. */
function placesIn(line: string): readonly NamedLine[] {
  const shown = line.slice(0, mostPathLength).trimStart().replace(/^\[/, '');
  return [matchLine, contextLine, matchAfterWords].flatMap((form) => {
    const [, path, number] = form.exec(shown) ?? [];
    return path === undefined ? [] : [{ path, line: Number(number) }];
  });
}
