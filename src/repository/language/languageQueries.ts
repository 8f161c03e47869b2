import { join } from 'node:path';
import { listFiles } from '../listing/listing';
import { locateFile, shown } from '../listing/locate';
import { visiblePaths } from '../listing/visiblePaths';
import { everything } from '../listing/walk';
import {
  type CallPlace,
  type DiagnosticPlace,
  type GrepMatch,
  type LanguageQueries,
  type Places,
  RepositoryError,
  type RepositoryPath,
  type SymbolInLine,
  type SymbolPlace,
} from '../repository';
import { cutLine } from '../search/cutLine';
import { countCodePoints } from '../text/lines';
import { readLines } from '../text/readText';
import type { Workspace } from '../workspace';
import { inTime } from './inTime';
import { languageOf } from './language';
import type { LanguageServers, ServerPlace } from './languageServers';
import { symbolColumn } from './symbolColumn';

/** Places that are given at most. */
const mostPlaces = 1_000;
/** Places of a server that are looked at, before those outside the context are left out. */
const mostRaw = 20_000;
/** How long a server may take, in milliseconds: a big project is read first. */
const defaultTimeMs = 30_000;
/** Languages whose servers are woken to find symbols: those with the most files. */
const mostLanguages = 3;

/**
 * Puts questions about the repository to the language servers of an editor. No file that policy hides, and
 * none outside the repository, is named. All throw a `RepositoryError`, `unavailable` where no server
 * answers, fails, or takes longer than half a minute.
 */
export class ServerQueries implements LanguageQueries {
  readonly #workspace: Workspace;
  readonly #servers: LanguageServers;
  readonly #timeMs: number;

  constructor(workspace: Workspace, servers: LanguageServers, timeMs = defaultTimeMs) {
    this.#workspace = workspace;
    this.#servers = servers;
    this.#timeMs = timeMs;
  }

  async symbols(query: string, signal: AbortSignal): Promise<Places<SymbolPlace>> {
    const ask = () => this.#ask(signal, () => this.#servers.symbols(query, signal));
    let found = await ask();
    if (found.length === 0) {
      // A server starts with the first file of its language.
      const answers = await this.#wakeServers(signal);
      if (!answers) throw unavailable('No language server answers for the files here');
      found = await ask();
    }
    return this.#inContext(found, signal, (symbol, path) => symbolPlace(symbol, path));
  }

  async outline(path: RepositoryPath, signal: AbortSignal): Promise<Places<SymbolPlace>> {
    const located = await this.#fileOf(path, signal);
    const found = await this.#ask(signal, () => this.#servers.outline(located.file, signal));
    if (found === null) throw noServerFor(located.path);
    return this.#inContext(found, signal, (symbol, at) => symbolPlace(symbol, at));
  }

  definition(at: SymbolInLine, signal: AbortSignal): Promise<Places<GrepMatch>> {
    return this.#placesOf(at, signal, (place) => this.#servers.definition(place, signal));
  }

  references(at: SymbolInLine, signal: AbortSignal): Promise<Places<GrepMatch>> {
    return this.#placesOf(at, signal, (place) => this.#servers.references(place, signal));
  }

  async callers(at: SymbolInLine, signal: AbortSignal): Promise<Places<CallPlace>> {
    const place = await this.#placeOf(at, signal);
    const found = await this.#ask(signal, () => this.#servers.callers(place, signal));
    if (found === null) {
      const what = `${JSON.stringify(at.symbol)} in ${shown(at.path)}:${at.line}`;
      throw unavailable(`No language server knows what calls ${what}; try references()`);
    }
    return this.#withTexts(found, signal, ({ caller }) => ({ caller }));
  }

  async diagnostics(
    path: RepositoryPath | null,
    signal: AbortSignal,
  ): Promise<Places<DiagnosticPlace>> {
    const file = path === null ? null : (await this.#fileOf(path, signal)).file;
    const found = await this.#ask(signal, () => this.#servers.diagnostics(file, signal));
    if (found === null) {
      const where = path === null ? 'files here' : shown(path);
      throw new RepositoryError(
        'unavailable',
        `The editor knows of nothing wrong with ${where}, and may not have looked: most language servers check only files that are open in a tab.`,
      );
    }
    return this.#inContext(found, signal, ({ line, severity, message, source }, at) => ({
      path: at,
      line,
      severity,
      message,
      source,
    }));
  }

  #ask<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    return inTime('The language server', this.#timeMs, signal, ask);
  }

  async #placesOf(
    at: SymbolInLine,
    signal: AbortSignal,
    ask: (place: ServerPlace) => Promise<readonly ServerPlace[]>,
  ): Promise<Places<GrepMatch>> {
    const place = await this.#placeOf(at, signal);
    const found = await this.#ask(signal, () => ask(place));
    if (found.length === 0) {
      const outline = await this.#ask(signal, () => this.#servers.outline(place.file, signal));
      if (outline === null) throw noServerFor(at.path);
    }
    return this.#withTexts(found, signal, () => ({}));
  }

  /** Where a symbol is, for a server. */
  async #placeOf({ path, line, symbol }: SymbolInLine, signal: AbortSignal): Promise<ServerPlace> {
    const located = await this.#fileOf(path, signal);
    const { text } = await readLines(this.#workspace, located.path, 1, null, signal);
    const column = symbolColumn(text.replace(/\n$/, '').split('\n'), line, symbol);
    return { file: located.file, line, column };
  }

  async #fileOf(asked: RepositoryPath, signal: AbortSignal) {
    const { path, root, relative } = await locateFile(this.#workspace, asked, signal);
    if (!relative.isWellFormed()) {
      throw unavailable(`The name of ${shown(path)} is not UTF-8, which the editor can't open`);
    }
    return { path, file: join(root.given, relative) };
  }

  /** True when some server answered for a file of the most common languages. */
  async #wakeServers(signal: AbortSignal): Promise<boolean> {
    const languages = new Map<string, { files: number; readonly first: string }>();
    await listFiles(this.#workspace, everything, signal, (root, relative) => {
      const language = languageOf(relative);
      if (language === '' || !relative.isWellFormed()) return true;
      const known = languages.get(language);
      if (known) known.files += 1;
      else languages.set(language, { files: 1, first: join(root.given, relative) });
      return true;
    });
    const common = [...languages.values()].sort((a, b) => b.files - a.files);
    const outlines = await this.#ask(signal, () =>
      Promise.all(
        common.slice(0, mostLanguages).map(({ first }) => this.#servers.outline(first, signal)),
      ),
    );
    return outlines.some((outline) => outline !== null);
  }

  /** Those that are in the context, under the names that it has for them. */
  async #inContext<S extends ServerPlace, P>(
    found: readonly S[],
    signal: AbortSignal,
    place: (of: S, path: RepositoryPath) => P,
  ): Promise<Places<P>> {
    const some = found.slice(0, mostRaw);
    const paths = await visiblePaths(
      this.#workspace,
      some.map(({ file }) => file),
      signal,
    );
    const places: P[] = [];
    let total = 0;
    for (const one of some) {
      const path = paths.get(one.file);
      if (path === undefined) continue;
      total += 1;
      if (places.length < mostPlaces) places.push(place(one, path));
    }
    return { places, total, elsewhere: some.length - total };
  }

  /** The same with the text of each place's line. */
  async #withTexts<S extends ServerPlace, More>(
    found: readonly S[],
    signal: AbortSignal,
    more: (of: S) => More,
  ): Promise<Places<GrepMatch & More>> {
    const { places, ...counts } = await this.#inContext(found, signal, (one, path) => ({
      one,
      path,
    }));
    const texts = new Map<RepositoryPath, readonly string[]>();
    for (const path of new Set(places.map((place) => place.path))) {
      texts.set(path, await this.#linesOf(path, signal));
    }
    const matches = places.map(({ one, path }) => {
      const text = texts.get(path)?.[one.line - 1] ?? '';
      const before = text.slice(0, one.column - 1);
      const column = countCodePoints(before) + 1;
      return { path, line: one.line, column, text: cutLine(text, one.column - 1), ...more(one) };
    });
    return { places: matches, ...counts };
  }

  /** The lines of a file; none when it can't be read after all. */
  async #linesOf(path: RepositoryPath, signal: AbortSignal): Promise<readonly string[]> {
    try {
      return (await readLines(this.#workspace, path, 1, null, signal)).text.split('\n');
    } catch (error) {
      if (error instanceof RepositoryError) return [];
      throw error;
    }
  }
}

function symbolPlace(symbol: SymbolPlaceSource, path: RepositoryPath): SymbolPlace {
  const { line, end, name, kind, container } = symbol;
  return { path, line, end, name, kind, container };
}

type SymbolPlaceSource = Omit<SymbolPlace, 'path'>;

function unavailable(what: string): RepositoryError {
  return new RepositoryError('unavailable', `${what}. Use grep instead.`);
}

function noServerFor(path: RepositoryPath): RepositoryError {
  const language = languageOf(path);
  const of = language === '' ? '' : ` (${language})`;
  return unavailable(
    `No language server answers for ${shown(path)}${of}: none is installed, or it found nothing there`,
  );
}
