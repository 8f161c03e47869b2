import { placeOfLine } from '../../repository/documents/placeMark';
import type { SpooledText } from '../../repository/documents/spooledText';
import { type Repository, RepositoryError } from '../../repository/repository';
import { countLines, sliceLines } from '../../repository/text/lines';
import type { Coverage } from '../coverage/coverage';
import type { Subject, SubjectDocument } from '../subject/subject';
import type { NumberedLine } from './quotes';

/** How many bytes of a document are compared with one quote. */
const mostBytes = 4 * 1024 * 1024;

/** The texts that citations point to. */
export interface CitedTexts {
  /** The number of lines of a file; null when there is no such text. */
  totalLines(path: string, signal: AbortSignal): Promise<number | null>;
  /** Those of lines `start..end` that exist. */
  lines(path: string, start: number, end: number, signal: AbortSignal): Promise<NumberedLine[]>;
  /** The page or cell of a line, such as `page 12`; null for files that have lines for people. */
  place(path: string, line: number): string | null;
  /** The name of a text that code calls by another one. */
  nameOf(path: string): string;
  /** Other spellings of a path that may be meant: without the folder's own name, without a leading slash. */
  spellings(path: string): readonly string[];
  /** Paths of which that is the end, at most `most`: `select.py` of `src/select.py`. */
  endingWith(path: string, most: number, signal: AbortSignal): Promise<readonly string[]>;
  /** How closely the run has seen a line: a model was shown it, code read it, or neither. */
  sightOf(path: string, line: number): 'sent' | 'used' | null;
}

/** The subject of a run, as the run read it. */
export function citedTexts(subject: Subject, coverage: Coverage): CitedTexts {
  if (subject.kind === 'repository') return repositoryTexts(subject.repository, coverage);
  return documentTexts(subject.documents, coverage);
}

/** Documents, by their names or as code calls them: `context`, `context[2]`. */
function documentTexts(documents: readonly SubjectDocument[], coverage: Coverage): CitedTexts {
  const named = (path: string) =>
    documents.find(({ name }) => name === path) ??
    documents[Number(/^context(?:\[(\d+)\])?$/.exec(path)?.[1] ?? (path === 'context' ? 0 : -1))];
  return {
    async totalLines(path) {
      const document = named(path);
      if (document === undefined) return null;
      const { text, firstLine = 1 } = document;
      return firstLine - 1 + (typeof text === 'string' ? countLines(text) : text.lines);
    },
    async lines(path, start, end) {
      const document = named(path);
      if (document === undefined) return [];
      const { text, firstLine = 1 } = document;
      const from = Math.max(1, start - firstLine + 1);
      const to = end - firstLine + 1;
      const lines =
        typeof text === 'string'
          ? numbered(splitLines(sliceLines(text, from, to)), from)
          : await linesOf(text, from, to);
      return lines.map((one) => ({ ...one, line: one.line + firstLine - 1 }));
    },
    place(path, line) {
      const { marks = [], firstLine = 1 } = named(path) ?? {};
      return placeOfLine(marks, line - firstLine + 1);
    },
    nameOf: (path) => named(path)?.name ?? path,
    spellings: () => [],
    endingWith: async (path, most) =>
      endingIn(
        documents.map(({ name }) => name),
        path,
        most,
      ),
    sightOf: (path, line) => coverage.sightOf(named(path)?.name ?? path, line),
  };
}

/** Lines of a text of any size. If they are too much together, long ones are cut. */
async function linesOf(text: SpooledText, start: number, end: number): Promise<NumberedLine[]> {
  const last = Math.min(end, text.lines);
  const [from, to] = await text.bytesOfLines(start, last);
  if (to - from <= mostBytes) {
    return numbered(splitLines((await text.bytesBetween(from, to)).toString('utf8')), start);
  }
  const share = Math.floor(mostBytes / (last - start + 1));
  const lines: NumberedLine[] = [];
  for (let line = start; line <= last; line += 1) {
    const [byte, after] = await text.bytesOfLines(line, line);
    const piece = await text.bytesBetween(byte, Math.min(after, byte + share));
    const shown = piece.toString('utf8').replace(/\n$/, '');
    lines.push({ line, text: shown, isCut: after - byte > share });
  }
  return lines;
}

function repositoryTexts(repository: Repository, coverage: Coverage): CitedTexts {
  const asRead = coverage.texts;
  return {
    place: () => null,
    nameOf: (path) => path,
    spellings: (path) => {
      const plain = path.replaceAll('\\', '/').replace(/^\/+/, '');
      const own = `${repository.name}/`;
      const below = plain.startsWith(own) ? [plain.slice(own.length)] : [];
      const changed = /^[ab]\//.test(plain) ? [plain.slice(2)] : [];
      return [plain, ...below, ...changed].filter((other) => other !== path && other !== '');
    },
    endingWith: async (path, most, signal) => {
      const name = path.split('/').at(-1) ?? '';
      // What a glob reads as a pattern is looked for in the whole listing.
      const glob = /[*?[\]{}!\\]/.test(name) ? null : name;
      const files = await ifReadable(() => repository.files(glob, signal));
      return endingIn(
        (files ?? []).map((file) => file.path),
        path,
        most,
      );
    },
    sightOf: (path, line) => coverage.sightOf(path, line),
    async totalLines(path, signal) {
      return (
        asRead.totalLines(path) ??
        (await ifReadable(async () => (await repository.read(path, 1, 1, signal)).totalLines))
      );
    },
    async lines(path, start, end, signal) {
      const known = asRead.lines(path, start, end);
      const wanted = Math.min(end, asRead.totalLines(path) ?? end) - start + 1;
      const now =
        known.size >= wanted
          ? null
          : await ifReadable(() => repository.read(path, start, end, signal));
      const lines = new Map(
        numbered(splitLines(now?.text ?? ''), start).map(({ line, text }) => [line, text]),
      );
      for (const [line, text] of known) lines.set(line, text);
      return [...lines].sort(([a], [b]) => a - b).map(([line, text]) => ({ line, text }));
    },
  };
}

function endingIn(paths: readonly string[], end: string, most: number): readonly string[] {
  return paths.filter((path) => path.endsWith(`/${end}`)).slice(0, most);
}

async function ifReadable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RepositoryError) return null;
    throw error;
  }
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function numbered(lines: readonly string[], start: number): NumberedLine[] {
  return lines.map((text, index) => ({ line: start + index, text }));
}
