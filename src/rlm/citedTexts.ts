import { type Repository, RepositoryError } from '../repository/repository';
import type { NumberedLine } from './quotes';
import type { ReadTexts } from './readTexts';
import type { Subject } from './request';

/** The texts that citations point into. */
export interface CitedTexts {
  /** How many lines a file has; null when there is no such text. */
  totalLines(path: string, signal: AbortSignal): Promise<number | null>;
  /** Lines `start..end` as far as there are any. */
  lines(path: string, start: number, end: number, signal: AbortSignal): Promise<NumberedLine[]>;
}

/** The subject of a run, as the run read it. */
export function citedTexts(subject: Subject, asRead: ReadTexts): CitedTexts {
  if (subject.kind === 'repository') return repositoryTexts(subject.repository, asRead);
  const linesOf = (path: string): string[] | undefined =>
    subject.documents.find(({ name }) => name === path)?.text.split('\n');
  return {
    totalLines: async (path) => linesOf(path)?.length ?? null,
    lines: async (path, start, end) => numbered(linesOf(path)?.slice(start - 1, end) ?? [], start),
  };
}

function repositoryTexts(repository: Repository, asRead: ReadTexts): CitedTexts {
  return {
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
