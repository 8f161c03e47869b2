import type { hostMethods } from '../../repl/hostMethods';

import {
  type GrepMatch,
  type LanguageQueries,
  type Places,
  type Repository,
  RepositoryError,
  type SymbolPlace,
} from '../../repository/repository';
import type { Coverage } from '../coverage/coverage';
import { type Answer, files, quote, type RepositoryReply } from './repositoryReply';

/** The methods that an editor's language servers answer. */
export type LanguageMethod = Extract<
  keyof typeof hostMethods,
  'symbols' | 'outline' | 'definition' | 'references' | 'callers' | 'diagnostics'
>;

/** How each is answered. What they name counts as matched. */
export const languageAnswers: { readonly [M in LanguageMethod]: Answer<M> } = {
  async symbols(repository, { query }, coverage, signal) {
    const found = await languageOf(repository, 'symbols').symbols(query, signal);
    return symbolsReply(`symbols ${quote(query)}`, found, coverage);
  },
  async outline(repository, { path }, coverage, signal) {
    const found = await languageOf(repository, 'outline').outline(path, signal);
    return symbolsReply(`outline ${path}`, found, coverage);
  },
  async definition(repository, at, coverage, signal) {
    const found = await languageOf(repository, 'definition').definition(at, signal);
    return matchesReply(`definition of ${quote(at.symbol)}`, found, coverage);
  },
  async references(repository, at, coverage, signal) {
    const found = await languageOf(repository, 'references').references(at, signal);
    return matchesReply(`references to ${quote(at.symbol)}`, found, coverage);
  },
  async callers(repository, at, coverage, signal) {
    const found = await languageOf(repository, 'callers').callers(at, signal);
    const rows = found.places.map(({ path, line, column, text, caller }) => {
      return [path, line, column, text, caller];
    });
    return placesReply(`callers of ${quote(at.symbol)}`, found, rows, coverage, found.places);
  },
  async diagnostics(repository, { path }, coverage, signal) {
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
};

export function isLanguageMethod(method: string): method is LanguageMethod {
  return Object.hasOwn(languageAnswers, method);
}

function languageOf({ language }: Repository, method: LanguageMethod): LanguageQueries {
  if (language) return language;
  throw new RepositoryError(
    'unavailable',
    `${method}(): language servers answer this, and they are there only in an editor. Use grep instead.`,
  );
}

function symbolsReply(
  what: string,
  found: Places<SymbolPlace>,
  coverage: Coverage,
): RepositoryReply {
  const rows = found.places.map(({ path, line, end, name, kind, container }) => {
    return [path, line, end, name, kind, container];
  });
  return placesReply(what, found, rows, coverage, lines(found.places));
}

function matchesReply(what: string, found: Places<GrepMatch>, coverage: Coverage): RepositoryReply {
  const rows = found.places.map(({ path, line, column, text }) => [path, line, column, text]);
  return placesReply(what, found, rows, coverage, found.places);
}

function placesReply(
  what: string,
  { places, total, elsewhere }: Places<{ readonly path: string }>,
  rows: readonly (readonly unknown[])[],
  coverage: Coverage,
  seen: readonly GrepMatch[],
): RepositoryReply {
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
