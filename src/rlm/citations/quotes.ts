import type { CitationMark } from './citations';

/** How much text before and after a citation is searched for a quote, in UTF-16 units. */
const farthest = 8_000;
/** The same for a code span, which is on one line. */
const farthestSpan = 500;

/** Closing marks around a citation: of a code span, parentheses, a link, emphasis. */
const closers = '`*[)\\]*_]*';
/** A fence that follows with only marks and one blank line between. */
const fenceAfter = new RegExp(
  `^${closers}[.:,]?[*_]*[ \\t]*\\n(?:[ \\t]*\\n)?( *)(\`{3,}|~{3,})([^\\n]*)\\n([\\s\\S]*?)\\n *\\2`,
);
const spanAfter = new RegExp(`^${closers}(?::|\\s+[—–-])?\\s+(\`+)([^\\n]+?)\\1`);
const spanBefore = /(`+)([^`\n]+)\1(?:\s*[([]|\s+(?:in|at|from|[—–-]))\s*(?:see )?`*$/;

/** Fences in these languages are diagrams and changes, not quotes. */
const noQuotes = /^\s*(?:diff|patch|mermaid|dot|plantuml)\b/;

/**
 * The code that an answer quotes beside a citation: a fence directly after it, or a code span directly
 * after or before it. Null when there is none: a name, a command or a call is a mention, not a quote.
 */
export function quoteBeside(answer: string, mark: CitationMark): string | null {
  const end = mark.index + mark.length;
  const after = answer.slice(end, end + farthest);
  const fence = fenceAfter.exec(after);
  if (fence) return noQuotes.test(fence[3] ?? '') ? null : (fence[4] ?? null);
  const span =
    spanAfter.exec(after.slice(0, farthestSpan))?.[2] ??
    spanBefore.exec(answer.slice(Math.max(0, mark.index - farthestSpan), mark.index))?.[2];
  return span !== undefined && looksQuoted(span) ? span : null;
}

/** An assignment, a statement, a declaration; not `name`, `call(a, b)` or `npm run build`. */
function looksQuoted(span: string): boolean {
  const outside = span.replace(/\([^()]*\)/g, '').trim();
  if (/^--?[a-z]/.test(outside) || outside.length < 8) return false;
  return /[=;{}]|\w: \w|^(?:return|const|let|var|def|class|function|import|export|if|for|while|fn|func|public|private|throw|raise|yield|await)\s/.test(
    outside,
  );
}

/** A line of a file. */
export interface NumberedLine {
  readonly line: number;
  readonly text: string;
  /** True if the line is longer than the text. */
  readonly isCut?: boolean;
}

/**
 * The places of a quote in the lines, as first and last line, in order. White space doesn't count, and `...` stands
 * for anything left out. Null when the quote has nothing to search for.
 */
export function locateQuote(
  quote: string,
  lines: readonly NumberedLine[],
): (readonly [start: number, end: number])[] | null {
  const parts = quoteParts(quote);
  const [firstPart, ...rest] = parts;
  if (firstPart === undefined) return null;
  const { text, lineAt } = withoutSpaces(lines);
  const places: (readonly [number, number])[] = [];
  for (let at = text.indexOf(firstPart); at >= 0; at = text.indexOf(firstPart, at + 1)) {
    if (places.length === mostPlaces) break;
    let end = at + firstPart.length;
    for (const part of rest) {
      const next = end < 0 ? -1 : text.indexOf(part, end);
      end = next < 0 ? -1 : next + part.length;
    }
    if (end < 0) break;
    places.push([lineAt(at), lineAt(end - 1)]);
  }
  return places;
}

/** How many places of a quote are looked at. */
const mostPlaces = 1_000;
/** Shorter parts of a quote do not identify a place. */
const leastPart = 3;

function quoteParts(quote: string): string[] {
  const numbered = /^\s*\d+\s*[:|│\t ]/;
  const lines = quote.split('\n').filter((line) => line.trim() !== '');
  const plain =
    lines.length > 1 && lines.every((line) => numbered.test(line))
      ? lines.map((line) => line.replace(numbered, ''))
      : lines;
  return plain
    .map((line) => line.replace(/^\s*(?:\/\/|#|\/\*|<!--|--)?\s*(?:\.\.\.|…).*$/, '…'))
    .join('\n')
    .split(/\.\.\.|…/)
    .map((part) => part.replace(/\s+/g, ''))
    .filter((part) => part.length >= leastPart);
}

function withoutSpaces(lines: readonly NumberedLine[]) {
  const ends: number[] = [];
  let text = '';
  for (const line of lines) {
    text += line.text.replace(/\s+/g, '');
    ends.push(text.length);
  }
  const lineAt = (offset: number): number => {
    const index = ends.findIndex((end) => offset < end);
    return lines[index]?.line ?? lines.at(-1)?.line ?? 0;
  };
  return { text, lineAt };
}
