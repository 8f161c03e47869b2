import { RepositoryError } from '../repository/repository';
import type { Citation, Subject } from './request';

/** A place in a text that cites lines of a file. */
export interface CitationMark {
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
}

/** `:12`, `:12-20`, `#L12`, `#L12-L20`, `:L12-L20` */
const lines = /(?::|#L|:L)(\d{1,9})(?:(?:-|–)L?(\d{1,9}))?/.source;
/** In backticks a path may hold spaces; bare ones end where prose would end them. */
const quoted = new RegExp(`\`([^\`\\n]{1,1024}?)${lines}(?=\`|[,;:)\\s])`, 'g');
const bare = new RegExp(
  `(?<![\\w/.\`-])((?:[\\w@.+~$-]|[^\\x00-\\x7f])(?:[\\w@.+~$/\\[\\]-]|[^\\x00-\\x7f])*?)${lines}(?![\\w/])`,
  'g',
);

/** Every citation in an answer, each once, in order. Code fences are not searched. */
export function findCitations(answer: string): CitationMark[] {
  const text = answer.replace(
    /^ {0,3}(`{3,}|~{3,}).*\n[\s\S]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![\s\S]))/gm,
    '\n',
  );
  const found = new Map<string, CitationMark & { readonly at: number }>();
  for (const pattern of [quoted, bare]) {
    for (const match of text.matchAll(pattern)) {
      const mark = markOf(match);
      if (!mark) continue;
      const key = `${mark.path}:${mark.start}-${mark.end}`;
      const known = found.get(key);
      if (!known || known.at > match.index) found.set(key, { ...mark, at: match.index });
    }
  }
  return [...found.values()]
    .sort((a, b) => a.at - b.at)
    .map(({ path, start, end }) => ({ path, start, end }));
}

function markOf([, path = '', first, last]: RegExpExecArray): CitationMark | null {
  const start = Number(first);
  const end = last === undefined ? start : Number(last);
  if (path.includes('://') || path !== path.trim()) return null;
  return { path: path.replace(/^\.\//, ''), start, end };
}

/** Something like `localhost:8080`, `12:30` or `Error:3` rather than a file that is missing. */
function looksLikeNoPath(path: string): boolean {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(path)) return true;
  return !/[/\\]/.test(path) && !/\.[A-Za-z]\w{0,9}$/.test(path);
}

/** Checks each citation of an answer against what the question was about. */
export async function verifyCitations(
  answer: string,
  subject: Subject,
  signal: AbortSignal,
): Promise<Citation[]> {
  const countLines = lineCounter(subject, signal);
  const citations: Citation[] = [];
  for (const mark of findCitations(answer)) {
    const total = await countLines(mark.path);
    if (total === null && looksLikeNoPath(mark.path)) continue;
    const verified =
      total !== null && mark.start >= 1 && mark.end >= mark.start && mark.end <= total;
    citations.push({ ...mark, verified });
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
