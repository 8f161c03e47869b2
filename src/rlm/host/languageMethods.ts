import * as z from 'zod';
import {
  type GrepMatch,
  type LanguageQueries,
  type Places,
  type Repository,
  RepositoryError,
  type SymbolPlace,
} from '../../repository/repository';
import type { Coverage } from '../coverage/coverage';
import { lineNumber, nullablePath, pathString } from './argumentTypes';
import { files, type HostAnswer, type HostMethod, quote } from './hostMethod';
import { repositoryMethod } from './repositoryMethod';

const symbolInLine = {
  path: pathString,
  line: lineNumber,
  symbol: z.string().min(1).max(1024),
};

/** The methods that an editor's language servers answer. What they name counts as matched. */
export const languageMethods: readonly HostMethod[] = [
  /**
   * Body: JSON `[[path, line, end, name, kind, container], ...]`; value `{total, elsewhere}`: how many there
   * are in the context, of which at most 1,000 are given, and how many outside of it. The language servers
   * of an editor answer this and what follows; without them it raises NotAvailable.
   */
  languageMethod(
    'symbols',
    z.strictObject({ query: z.string().max(1024) }),
    async (repository, { query }, coverage, signal) => {
      const found = await languageOf(repository, 'symbols').symbols(query, signal);
      return symbolsReply(`symbols ${quote(query)}`, found, coverage);
    },
  ),
  /** The same. */
  languageMethod(
    'outline',
    z.strictObject({ path: pathString }),
    async (repository, { path }, coverage, signal) => {
      const found = await languageOf(repository, 'outline').outline(path, signal);
      return symbolsReply(`outline ${path}`, found, coverage);
    },
  ),
  /** Body: JSON `[[path, line, column, text], ...]`; value as for `symbols`. */
  languageMethod(
    'definition',
    z.strictObject(symbolInLine),
    async (repository, at, coverage, signal) => {
      const found = await languageOf(repository, 'definition').definition(at, signal);
      return matchesReply(`definition of ${quote(at.symbol)}`, found, coverage);
    },
  ),
  /** The same. */
  languageMethod(
    'references',
    z.strictObject(symbolInLine),
    async (repository, at, coverage, signal) => {
      const found = await languageOf(repository, 'references').references(at, signal);
      return matchesReply(`references to ${quote(at.symbol)}`, found, coverage);
    },
  ),
  /** Body: JSON `[[path, line, column, text, caller], ...]`; value as for `symbols`. */
  languageMethod(
    'callers',
    z.strictObject(symbolInLine),
    async (repository, at, coverage, signal) => {
      const found = await languageOf(repository, 'callers').callers(at, signal);
      const rows = found.places.map(({ path, line, column, text, caller }) => {
        return [path, line, column, text, caller];
      });
      return placesReply(`callers of ${quote(at.symbol)}`, found, rows, coverage, found.places);
    },
  ),
  /** Body: JSON `[[path, line, severity, message, source], ...]`; value as for `symbols`. */
  languageMethod(
    'diagnostics',
    z.strictObject({ path: nullablePath }),
    async (repository, { path }, coverage, signal) => {
      const found = await languageOf(repository, 'diagnostics').diagnostics(path, signal);
      const rows = found.places.map(({ path: at, line, severity, message, source }) => {
        return [at, line, severity, message, source];
      });
      return placesReply(
        `diagnostics ${path ?? ''}`.trim(),
        found,
        rows,
        coverage,
        lines(found.places),
      );
    },
  ),
];

/** As `repositoryMethod`. */
function languageMethod<Given>(
  name: string,
  args: z.ZodType<Given>,
  answer: Parameters<typeof repositoryMethod<Given>>[2],
): HostMethod {
  return repositoryMethod(name, args, answer, 'language');
}

function languageOf({ language }: Repository, method: string): LanguageQueries {
  if (language) return language;
  throw new RepositoryError(
    'unavailable',
    `${method}(): language servers answer this, and they are there only in an editor. Use grep instead.`,
  );
}

function symbolsReply(what: string, found: Places<SymbolPlace>, coverage: Coverage): HostAnswer {
  const rows = found.places.map(({ path, line, end, name, kind, container }) => {
    return [path, line, end, name, kind, container];
  });
  return placesReply(what, found, rows, coverage, lines(found.places));
}

function matchesReply(what: string, found: Places<GrepMatch>, coverage: Coverage): HostAnswer {
  const rows = found.places.map(({ path, line, column, text }) => [path, line, column, text]);
  return placesReply(what, found, rows, coverage, found.places);
}

function placesReply(
  what: string,
  { places, total, elsewhere }: Places<{ readonly path: string }>,
  rows: readonly (readonly unknown[])[],
  coverage: Coverage,
  seen: readonly GrepMatch[],
): HostAnswer {
  const paths = new Set(places.map(({ path }) => path));
  return {
    reply: { value: { total, elsewhere }, body: JSON.stringify(rows) },
    summary: `${what} → ${total}${paths.size > 1 ? ` in ${files(paths.size)}` : ''}`,
    seen: coverage.matched(seen),
  };
}

/** Places of which the line's text is not known. */
function lines(places: readonly { readonly path: string; readonly line: number }[]): GrepMatch[] {
  return places.map(({ path, line }) => ({ path, line, column: 1, text: '' }));
}
