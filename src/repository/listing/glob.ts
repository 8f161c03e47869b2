import picomatch from 'picomatch';
import { RepositoryError, type RepositoryPath } from '../repository';

/**
 * A glob as for ripgrep: without a slash it names files or folders at any depth, with one it starts at the repository's
 * top. It may have `*`, `?`, `**`, `[ab]`, `{a,b}`. A folder means everything in it. A leading `!` inverts.
 */
export interface Glob {
  /** As it was written. */
  readonly source: string;
  matches(path: RepositoryPath): boolean;
  /**
   * Lines of an ignore file that keep ripgrep from walking what can't match below the folder whose paths start with
   * `prefix`. They may let too much through, so results must still pass `matches`. Null when nothing there can match.
   */
  ignoreLines(prefix: string): readonly string[] | null;
}

/** @throws {RepositoryError} `bad-argument` when the glob is empty. */
export function compileGlob(source: string): Glob {
  const negated = source.startsWith('!');
  const body = (negated ? source.slice(1) : source).replace(/^(\.\/)+/, '');
  const anchored = body.replace(/\/+$/, '').includes('/');
  const pattern = body.replace(/^\/+/, '').replace(/\/+$/, '');
  if (pattern === '') {
    throw new RepositoryError(
      'bad-argument',
      `The glob ${JSON.stringify(source)} is empty; write one such as "*.ts" or "src/**".`,
    );
  }
  const full = anchored ? pattern : `**/${pattern}`;
  const matchesFull = globMatcher([full]);
  return {
    source,
    matches: (path) => matchesFull(path) !== negated,
    ignoreLines(prefix) {
      const below = globBelow(full, prefix);
      if (below === 'unknown') return [];
      const lines = below.map((line) => `/${ignoreLine(line)}`);
      if (negated) return lines;
      if (lines.length === 0) return null;
      return ['*', '!*/', ...lines.flatMap((line) => [`!${line}`, `!${line}/**`])];
    },
  };
}

/** Matches paths that one of the globs names, or that are below a folder that one of them names. */
export function globMatcher(globs: readonly string[]): (path: RepositoryPath) => boolean {
  if (globs.length === 0) return () => false;
  // Brackets of other glob dialects are plain characters here: `app/(group)/page.tsx` is a file.
  const literal = globs.map((glob) => glob.replace(/(?<!\\)[()|+@^$]/g, '\\$&'));
  const patterns = literal.flatMap((glob) => [glob, `${glob}/**`]);
  const match = picomatch(patterns, {
    dot: true,
    noextglob: true,
    nonegate: true,
    windows: false,
    // A name may have a line end.
    flags: 's',
  });
  return (path) => match(path);
}

/** The globs that remain below a folder: after `prefix`, "" or names with "/", is removed from the front. */
export function globBelow(pattern: string, prefix: string): readonly string[] | 'unknown' {
  if (prefix === '') return [pattern];
  // Segments can't be separated if there is a slash within braces.
  if (/\{[^}]*\//.test(pattern)) return 'unknown';
  // A prefix may have several names, which are removed one by one.
  const names = prefix.replace(/\/$/, '').split('/');
  return names.reduce<readonly string[]>(
    (patterns, name) => patterns.flatMap((one) => withoutName(one, name)),
    [pattern],
  );
}

function withoutName(pattern: string, name: string): readonly string[] {
  const segments = pattern.split('/');
  const strip = (at: number): string[] => {
    const segment = segments[at];
    if (segment === undefined) return [];
    if (segment === '**') return [segments.slice(at).join('/'), ...strip(at + 1)];
    if (!globMatcher([segment])(name)) return [];
    const rest = segments.slice(at + 1).join('/');
    return [rest === '' ? '**' : rest];
  };
  return strip(0);
}

/** A pattern as a line of an ignore file, which can't have line ends or bytes that are not UTF-8. */
function ignoreLine(pattern: string): string {
  return pattern
    .replace(/[\r\n]/g, '?')
    .replace(/[\uD800-\uDFFF]/gu, '?')
    .replace(/ $/, '?');
}
