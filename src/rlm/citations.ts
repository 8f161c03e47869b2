import { RepositoryError } from '../repository/repository';
import type { Citation, Subject } from './request';

/** A place in a text that cites lines of a file. */
export interface CitationMark {
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  /** Where in the text it stands: offset and length of path and lines, in UTF-16 code units. */
  readonly index: number;
  readonly length: number;
}

/** `:12`, `:12-20`, `#L12`, `#L12-L20`, `:L12-L20` */
const lines = /(?::|#L|:L)(\d{1,9})(?:[-–]L?(\d{1,9}))?/.source;
const wholeSpan = new RegExp(`^(.{1,1024}?)${lines}$`);
/** A path as it can stand in prose: no spaces, and not the end of something longer. */
const pathCharacter = String.raw`(?:[\w@.+~$/\[\]-]|[^\x00-\x7f])`;
const inProse = new RegExp(
  String.raw`(?<![\w/.\\:-])(?!\[[^\]]*\]\()(${pathCharacter}+?)${lines}(?![\w/])`,
  'g',
);

/** Every citation in an answer, in order. Code fences are not searched. */
export function findCitations(answer: string): CitationMark[] {
  const text = blankFences(answer);
  const marks: CitationMark[] = [];
  // In backticks the whole span is one citation, so that the path may hold spaces.
  const prose = text.replace(/`([^`\n]+)`/g, (span, inner: string, index: number) => {
    const match = wholeSpan.exec(inner);
    const mark = match && !/[,;]\s/.test(inner) ? markOf(match, index + 1) : null;
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

/** The same text with code fences made blank, so that offsets stay what they are. */
function blankFences(text: string): string {
  const fences = /^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![\s\S]))/gm;
  return text.replace(fences, (fence) => fence.replace(/[^\n]/g, ' '));
}

function markOf(match: RegExpExecArray, index: number): CitationMark | null {
  const [whole, path = '', first, last] = match;
  if (path.includes('://') || path !== path.trim()) return null;
  const start = Number(first);
  const end = last === undefined ? start : Number(last);
  return { path: path.replace(/^\.\//, ''), start, end, index, length: whole.length };
}

/** Something like `localhost:8080`, `12:30` or `Error:3` rather than a file that is missing. */
function looksLikeNoPath(path: string): boolean {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(path)) return true;
  return !/[/\\]/.test(path) && !/\.[A-Za-z]\w{0,9}$/.test(path);
}

/** Checks each citation of an answer, each once, against what the question was about. */
export async function verifyCitations(
  answer: string,
  subject: Subject,
  signal: AbortSignal,
): Promise<Citation[]> {
  const countLines = lineCounter(subject, signal);
  const citations: Citation[] = [];
  const seen = new Set<string>();
  for (const { path, start, end } of findCitations(answer)) {
    const key = `${path}:${start}-${end}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const total = await countLines(path);
    if (total === null && looksLikeNoPath(path)) continue;
    const verified = total !== null && start >= 1 && end >= start && end <= total;
    citations.push({ path, start, end, verified });
  }
  return citations;
}

/** How many lines a cited file has; null when there is no such text. Reads each file once. */
function lineCounter(subject: Subject, signal: AbortSignal) {
  const known = new Map<string, Promise<number | null>>();
  const count = async (path: string): Promise<number | null> => {
    if (subject.kind === 'documents') {
      const document = subject.documents.find(({ name }) => name === path);
      return document ? document.text.split('\n').length : null;
    }
    try {
      return (await subject.repository.read(path, 1, 1, signal)).totalLines;
    } catch (error) {
      if (error instanceof RepositoryError) return null;
      throw error;
    }
  };
  return (path: string): Promise<number | null> => {
    const lines = known.get(path) ?? count(path);
    known.set(path, lines);
    return lines;
  };
}
