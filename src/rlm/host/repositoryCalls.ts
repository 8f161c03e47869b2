import type { HostCall } from '../../repl/hostCall';
import { HostCallError, type PythonException } from '../../repl/hostCall';
import type { hostMethods } from '../../repl/hostMethods';
import {
  type Repository,
  RepositoryError,
  type RepositoryErrorKind,
} from '../../repository/repository';
import type { Coverage } from '../coverage/coverage';
import { checkArguments } from './checkArguments';
import { languageAnswers } from './languageCalls';
import { type Answer, files, quote, type RepositoryReply } from './repositoryReply';

type RepositoryMethod = Exclude<
  keyof typeof hostMethods,
  | 'llm_query'
  | 'llm_query_batched'
  | 'rlm_query'
  | 'rlm_query_batched'
  | 'report_write'
  | 'report_section'
  | 'report_sections'
  | 'open_document'
  | `text_${string}`
>;

const answers: { readonly [M in RepositoryMethod]: Answer<M> } = {
  async grep(repository, given, coverage, signal) {
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
  async count(repository, given, coverage, signal) {
    const counts = await repository.count(given, signal);
    return {
      reply: { body: JSON.stringify(Object.fromEntries(counts)) },
      summary: `count ${quote(given.pattern)}${within(given)} → ${files(counts.size)}`,
      seen: coverage.counted(counts.keys()),
    };
  },
  async files(repository, { glob }, coverage, signal) {
    const found = await repository.files(glob, signal);
    const rows = found.map(({ path, size, language }) => [path, size, language]);
    return {
      reply: { body: JSON.stringify(rows) },
      summary: `list ${glob ?? 'all'} → ${files(found.length)}`,
      seen: coverage.listed(found.map((file) => file.path)),
    };
  },
  async tree(repository, { path, depth }, _coverage, signal) {
    const body = await repository.tree(path, depth, signal);
    return { reply: { body }, summary: `tree ${path}`.trim().concat(`, depth ${depth}`) };
  },
  async read(repository, given, coverage, signal) {
    const file = await repository.read(given.path, given.start, given.end, signal);
    const { text, start, end, totalLines } = file;
    return {
      reply: { value: { start, end, totalLines }, body: text },
      summary: `read ${given.path}:${start}-${end}`,
      seen: coverage.read(file),
    };
  },
  async search(repository, { words, k }, coverage, signal) {
    const ranked = await repository.search(words, k, signal);
    const rows = ranked.map(({ path, score, hits }) => [path, score, hits]);
    return {
      reply: { body: JSON.stringify(rows) },
      summary: `search ${quote(words)} → ${files(ranked.length)}`,
      seen: coverage.counted(ranked.map((file) => file.path)),
    };
  },
  async chunks(repository, { paths, glob, maxChars }, _coverage, signal) {
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
  async git_log(repository, { path, n }, _coverage, signal) {
    const commits = await repository.gitLog(path, n, signal);
    const rows = commits.map(({ hash, author, date, subject }) => [hash, author, date, subject]);
    return {
      reply: { body: JSON.stringify(rows) },
      summary: `git log ${path ?? ''}`.trim().concat(` → ${commits.length} commits`),
    };
  },
  async git_blame(repository, { path, start, end }, _coverage, signal) {
    const body = await repository.gitBlame(path, start, end, signal);
    return { reply: { body }, summary: `git blame ${path}:${start}-${end}` };
  },
  async git_show(repository, { rev, path }, _coverage, signal) {
    const body = await repository.gitShow(rev, path, signal);
    return { reply: { body }, summary: `git show ${rev} ${path ?? ''}`.trim() };
  },
  async git_diff(repository, { a, b, path }, _coverage, signal) {
    const body = await repository.gitDiff(a, b, path, signal);
    return { reply: { body }, summary: `git diff ${a} ${b ?? ''} ${path ?? ''}`.trim() };
  },
  ...languageAnswers,
};

export function isRepositoryMethod(method: string): method is RepositoryMethod {
  return Object.hasOwn(answers, method);
}

/**
 * Answers a repository method of the REPL.
 * @throws {HostCallError} with the Python exception that fits what is wrong.
 */
export async function answerRepositoryCall(
  method: RepositoryMethod,
  call: HostCall,
  repository: Repository,
  coverage: Coverage,
  signal: AbortSignal,
): Promise<RepositoryReply> {
  try {
    return await answerChecked(method, call, repository, coverage, signal);
  } catch (error) {
    if (error instanceof RepositoryError) {
      throw new HostCallError(exceptionFor[error.kind], error.message);
    }
    throw error;
  }
}

function answerChecked<M extends RepositoryMethod>(
  method: M,
  call: HostCall,
  repository: Repository,
  coverage: Coverage,
  signal: AbortSignal,
): Promise<RepositoryReply> {
  return answers[method](repository, checkArguments(method, call), coverage, signal);
}

const exceptionFor: Readonly<Record<RepositoryErrorKind, PythonException>> = {
  'not-found': 'FileNotFoundError',
  excluded: 'PermissionError',
  outside: 'PermissionError',
  binary: 'ValueError',
  'too-large': 'ValueError',
  'bad-pattern': 'ValueError',
  'bad-argument': 'ValueError',
  'not-a-git-repository': 'NotAvailable',
  unavailable: 'NotAvailable',
};

function selectionOf(paths: readonly string[] | null, glob: string | null) {
  if (paths) return { paths };
  if (glob !== null) return { glob };
  throw new HostCallError('TypeError', 'chunks() takes a list of paths or a glob.');
}

function within({ glob, path }: { glob: string | null; path: string | null }): string {
  return `${glob ? ` in ${glob}` : ''}${path ? ` in ${path}` : ''}`;
}
