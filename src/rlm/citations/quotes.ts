import type { CitationMark } from './citationMark';

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

/** Code beside a citation. */
export interface CodeBeside {
  readonly text: string;
  /**
   * A quotation is code as it stands in a file: a fence, a statement, a declaration. A mention is a name, a
   * call, a parameter, a value: it need not be in the cited lines.
   */
  readonly kind: 'quotation' | 'mention';
}

/** The code directly beside a citation: a fence after it, or a code span after or before it. */
export function codeBeside(
  answer: string,
  { index, length, form }: CitationMark,
): CodeBeside | null {
  const start = form?.index ?? index;
  const end = form ? form.index + form.length : index + length;
  const after = answer.slice(end, end + farthest);
  const fence = fenceAfter.exec(after);
  if (fence) {
    const [, , , language = '', text = ''] = fence;
    return noQuotes.test(language) ? null : { kind: 'quotation', text };
  }
  const text =
    spanAfter.exec(after.slice(0, farthestSpan))?.[2] ??
    spanBefore.exec(answer.slice(Math.max(0, start - farthestSpan), start))?.[2];
  if (text === undefined) return null;
  return { kind: isStatement(text.trim()) ? 'quotation' : 'mention', text };
}

const keyword =
  /^(?:export |public |private |protected |static |async |pub )*(?:return|const|let|var|def|class|function|import|from|if|for|while|fn|func|struct|enum|interface|type|throw|raise|yield|await|case|switch|with|elif|else|try|catch|except|assert|del)\s+\S/;
/** An assignment or comparison as code has it, with spaces: `a.b = c`, but not the parameter `a=b`. */
const assignment = /[\w\])'"]\s(?:[-+*/%|&^?]{0,2}=|==|===|!=|!==|:=|=>|->)\s\S/;

function isStatement(span: string): boolean {
  if (span.length < 5 || /^--?[a-z]/.test(span)) return false;
  return keyword.test(span) || assignment.test(span) || /[;{]$/.test(span);
}

/**
 * What a mention is looked for by: a name that is hard to confuse, `parse_file` or `LineIndex`, or a call.
 * Null for a common word, which may stand anywhere.
 */
export function distinctiveName(mention: string): string | null {
  const name = /^@?((?:[A-Za-z_$][\w$]*(?:\.|::|->|#))*[A-Za-z_$][\w$]*)\s*(\(.*\))?$/s.exec(
    mention.trim(),
  );
  const last = name?.[1]?.split(/\.|::|->|#/).at(-1) ?? '';
  if (last.length < 6) return null;
  const isTelling = /[a-z0-9][A-Z]|[A-Za-z]_[A-Za-z]|\d/.test(last) || name?.[2] !== undefined;
  return isTelling ? last : null;
}

/** Lines that hold a name as a whole word; what only brings it in from elsewhere does not count. */
export function linesWithName(name: string, lines: readonly NumberedLine[]): readonly number[] {
  const escaped = name.replace(/[$]/g, '\\$&');
  const word = new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`);
  return lines
    .filter(
      ({ text }) => word.test(text) && !/^\s*(?:import|from|use|using|#\s*include)\b/.test(text),
    )
    .map(({ line }) => line);
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
