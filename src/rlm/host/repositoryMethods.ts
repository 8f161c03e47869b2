import * as z from 'zod';
import { HostCallError } from '../../repl/hostCall';
import {
  lineNumber,
  matchArguments,
  nullableGlob,
  nullablePath,
  pathString,
  searchArguments,
} from './argumentTypes';
import { files, type HostMethod, quote } from './hostMethod';
import { repositoryMethod } from './repositoryMethod';

const countArguments = { ...searchArguments, glob: nullableGlob, path: nullablePath };
const revision = z.string().max(1024);

/** The methods that need a repository as context, but for those of language servers. */
export const repositoryMethods: readonly HostMethod[] = [
  /** Body: JSON `[[path, line, column, text], ...]`; value `{total, truncated, leftOut?}`. Column 0 is context. */
  repositoryMethod(
    'grep',
    z.strictObject({ ...countArguments, ...matchArguments }),
    async (repository, given, coverage, signal) => {
      const { matches, total, truncated, leftOut } = await repository.grep(given, signal);
      const paths = new Set(matches.map((match) => match.path));
      const rows = matches.map(({ path, line, column, text }) => [path, line, column, text]);
      const more = truncated ? ' or more' : '';
      return {
        reply: {
          value: { total, truncated, ...(leftOut ? { leftOut } : {}) },
          body: JSON.stringify(rows),
        },
        summary: `grep ${quote(given.pattern)}${within(given)} → ${total}${more} in ${files(paths.size)}`,
        seen: coverage.matched(matches),
      };
    },
  ),
  /** Body: JSON `{path: matches}`. */
  repositoryMethod(
    'count',
    z.strictObject(countArguments),
    async (repository, given, coverage, signal) => {
      const counts = await repository.count(given, signal);
      return {
        reply: { body: JSON.stringify(Object.fromEntries(counts)) },
        summary: `count ${quote(given.pattern)}${within(given)} → ${files(counts.size)}`,
        seen: coverage.counted(counts.keys()),
      };
    },
  ),
  /** Body: JSON `[[path, size, language], ...]`, sorted. */
  repositoryMethod(
    'files',
    z.strictObject({ glob: nullableGlob }),
    async (repository, { glob }, coverage, signal) => {
      const found = await repository.files(glob, signal);
      const rows = found.map(({ path, size, language }) => [path, size, language]);
      return {
        reply: { body: JSON.stringify(rows) },
        summary: `list ${glob ?? 'all'} → ${files(found.length)}`,
        seen: coverage.listed(found.map((file) => file.path)),
      };
    },
  ),
  /** Body: text. */
  repositoryMethod(
    'tree',
    z.strictObject({ path: pathString, depth: z.number().int().min(1).max(100) }),
    async (repository, { path, depth }, _coverage, signal) => {
      const body = await repository.tree(path, depth, signal);
      return { reply: { body }, summary: `tree ${path}`.trim().concat(`, depth ${depth}`) };
    },
  ),
  /** Body: text; value `{path, start, end, totalLines}`, the path as it is listed. `end` null is the last line. */
  repositoryMethod(
    'read',
    z.strictObject({ path: pathString, start: lineNumber, end: z.number().int().nullable() }),
    async (repository, given, coverage, signal) => {
      const file = await repository.read(given.path, given.start, given.end, signal);
      const { path, text, start, end, totalLines } = file;
      return {
        reply: { value: { path, start, end, totalLines }, body: text },
        summary: `read ${given.path}:${start}-${end}`,
        seen: coverage.read(file),
      };
    },
  ),
  /** Body: JSON `[[path, score, {word: hits}], ...]`, best first. */
  repositoryMethod(
    'search',
    z.strictObject({
      words: z.string().max(100_000),
      k: z.number().int().min(1).max(10_000),
    }),
    async (repository, { words, k }, coverage, signal) => {
      const ranked = await repository.search(words, k, signal);
      const rows = ranked.map(({ path, score, hits }) => [path, score, hits]);
      return {
        reply: { body: JSON.stringify(rows) },
        summary: `search ${quote(words)} → ${files(ranked.length)}`,
        seen: coverage.counted(ranked.map((file) => file.path)),
      };
    },
  ),
  /** Body: JSON `[[chars, [[path, start, end], ...]], ...]`. One of `paths` and `glob` is null. */
  repositoryMethod(
    'chunks',
    z.strictObject({
      paths: z.array(pathString).max(1_000_000).nullable(),
      glob: nullableGlob,
      maxChars: z.number().int().min(200).max(10_000_000),
    }),
    async (repository, { paths, glob, maxChars }, _coverage, signal) => {
      const selection = selectionOf(paths, glob);
      const plans = await repository.chunks(selection, maxChars, signal);
      const rows = plans.map(({ chars, pieces }) => [
        chars,
        pieces.map(({ path, start, end }) => [path, start, end]),
      ]);
      return {
        reply: { body: JSON.stringify(rows) },
        summary: `chunks of ${glob ?? files(paths?.length ?? 0)} → ${plans.length}`,
      };
    },
  ),
  /** Body: JSON `[[hash, author, date, subject], ...]`, newest first. */
  repositoryMethod(
    'git_log',
    z.strictObject({ path: nullablePath, n: z.number().int().min(1).max(100_000) }),
    async (repository, { path, n }, _coverage, signal) => {
      const commits = await repository.gitLog(path, n, signal);
      const rows = commits.map(({ hash, author, date, subject }) => [hash, author, date, subject]);
      return {
        reply: { body: JSON.stringify(rows) },
        summary: `git log ${path ?? ''}`.trim().concat(` → ${commits.length} commits`),
      };
    },
  ),
  /** Body: text. */
  repositoryMethod(
    'git_blame',
    z.strictObject({ path: pathString, start: lineNumber, end: lineNumber }),
    async (repository, { path, start, end }, _coverage, signal) => {
      const body = await repository.gitBlame(path, start, end, signal);
      return { reply: { body }, summary: `git blame ${path}:${start}-${end}` };
    },
  ),
  /** Body: text. */
  repositoryMethod(
    'git_show',
    z.strictObject({ rev: revision, path: nullablePath }),
    async (repository, { rev, path }, _coverage, signal) => {
      const body = await repository.gitShow(rev, path, signal);
      return { reply: { body }, summary: `git show ${rev} ${path ?? ''}`.trim() };
    },
  ),
  /** Body: text. */
  repositoryMethod(
    'git_diff',
    z.strictObject({ a: revision, b: revision.nullable(), path: nullablePath }),
    async (repository, { a, b, path }, _coverage, signal) => {
      const body = await repository.gitDiff(a, b, path, signal);
      return { reply: { body }, summary: `git diff ${a} ${b ?? ''} ${path ?? ''}`.trim() };
    },
  ),
];

function selectionOf(paths: readonly string[] | null, glob: string | null) {
  if (paths) return { paths };
  if (glob !== null) return { glob };
  throw new HostCallError('TypeError', 'chunks() takes a list of paths or a glob.');
}

function within({ glob, path }: { glob: string | null; path: string | null }): string {
  return `${glob ? ` in ${glob}` : ''}${path ? ` in ${path}` : ''}`;
}
