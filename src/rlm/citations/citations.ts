/** A citation of an answer. */
export interface Citation {
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  /** True when the file has those lines, and they have the text quoted beside the citation. */
  readonly verified: boolean;
}

/** A citation as found in a text. */
export interface CitationMark {
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  /** Offset and length of path and lines in the text, in UTF-16 units. */
  readonly index: number;
  readonly length: number;
  /** Offset of the lines, and their prefix: `:`, `:L` or `#L`. */
  readonly linesIndex: number;
  readonly linesPrefix: string;
}

/** `:12`, `:12-20`, `#L12`, `#L12-L20`, `:L12-L20` */
const lines = /(:L?|#L)(\d{1,9})(?:[-–]L?(\d{1,9}))?/.source;
const wholeSpan = new RegExp(`^(.{1,1024}?)${lines}$`);
/** In any number of backticks: `cite()` puts a name with spaces into backticks. */
const codeSpan = /(?<!`)(`+)([^`\n]+)\1(?!`)/g;
/** A path in prose: without spaces, and not the end of something longer. */
const pathCharacter = String.raw`(?:[\w@.+~$/\[\]-]|[^\x00-\x7f])`;
const inProse = new RegExp(
  String.raw`(?<![\w/.\\:-])(?!\[[^\]]*\]\()(${pathCharacter}{1,1024}?)${lines}(?![\w/])`,
  'g',
);

/** Every citation in an answer, in order. Code fences are not searched. */
export function findCitations(answer: string): CitationMark[] {
  const text = blankFences(answer);
  const marks: CitationMark[] = [];
  // In backticks the whole span is one citation, so that the path may have spaces.
  const prose = text.replace(codeSpan, (span, ticks: string, inner: string, index: number) => {
    const match = wholeSpan.exec(inner);
    const mark = match && !/[,;]\s/.test(inner) ? markOf(match, index + ticks.length) : null;
    if (!mark) return span;
    marks.push(mark);
    return ' '.repeat(span.length);
  });
  for (const match of prose.matchAll(inProse)) {
    const mark = markOf(match, match.index);
    if (mark) marks.push(mark);
  }
  return marks.sort((a, b) => a.index - b.index);
}

/** Matches code fences; an unclosed one goes to the end of the text. */
export const codeFences =
  /^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*\r?$|$(?![\s\S]))/gm;

/** The text with its code fences blanked, so that offsets stay the same. */
export function blankFences(text: string): string {
  return text.replace(codeFences, (fence) => fence.replace(/[^\n]/g, ' '));
}

function markOf(match: RegExpExecArray, index: number): CitationMark | null {
  const [whole, found = '', linesPrefix = '', first, last] = match;
  // `[src/a.ts:3]` is a citation in brackets; in `[id]/a.ts:3` they belong to the path.
  const path = /^\[[^\]]*$/.test(found) ? found.slice(1) : found;
  const before = found.length - path.length;
  if (path.includes('://') || path !== path.trim()) return null;
  const start = Number(first);
  const end = last === undefined ? start : Number(last);
  const linesIndex = index + found.length;
  return {
    // `safeMarkdown` escapes it so.
    path: path.replace(/^\.\//, '').replaceAll('&lt;', '<'),
    start,
    end,
    index: index + before,
    length: whole.length - before,
    linesIndex,
    linesPrefix,
  };
}
