import { admits, everything, walk } from '../listing/walk';
import { rgPath } from '../programs/rgPath';
import type { RepositoryPath } from '../repository';
import { visibleUnsaved } from '../text/unsaved';
import type { Root, Workspace } from '../workspace';
import { Records } from './records';
import type { SearchTerm } from './searchTerms';

/** A file in which terms were found. */
export interface TermCounts {
  readonly root: Root;
  readonly relative: RepositoryPath;
  /** Matches per term. */
  readonly counts: Uint32Array;
}

/**
 * Counts every term in every visible file in one run of ripgrep: it prints just the matched words,
 * below each file's path. A file may turn out to have none.
 */
export async function termCounts(
  workspace: Workspace,
  terms: readonly SearchTerm[],
  signal: AbortSignal,
): Promise<ReadonlyMap<RepositoryPath, TermCounts>> {
  const found = new Map<RepositoryPath, TermCounts>();
  const unsaved = await visibleUnsaved(workspace, everything, signal);
  const args = ['--only-matching', '--heading', '--with-filename', '--null', '--no-line-number'];
  args.push('--case-sensitive', `--regexp=${termsPattern(terms)}`);
  const note = (root: Root, relative: RepositoryPath): Uint32Array => {
    const counts = new Uint32Array(terms.length);
    found.set(root.prefix + relative, { root, relative, counts });
    return counts;
  };
  for (const { root, relative, text } of unsaved.values()) {
    await workspace.ripgrep.run({
      args: [...args, '--', '-'],
      cwd: root.folder,
      signal,
      input: text,
      onData: termReader(terms, () => note(root, relative)),
    });
  }
  await walk(workspace, everything, signal, async (root, walking, readable) => {
    await workspace.ripgrep.run({
      args: [...walking, `--max-filesize=${workspace.maxFileSize}`, ...args, '--', './'],
      cwd: root.folder,
      readable,
      signal,
      onData: termReader(terms, (bytes) => {
        const relative = rgPath(bytes);
        const shown = admits(workspace, root, everything, relative);
        return shown && !unsaved.has(root.prefix + relative) ? note(root, relative) : null;
      }),
    });
    return true;
  });
  return found;
}

/**
 * Terms at the start of a word, after an underscore, or with a capital (the humps of camelCase), so that
 * "cell" finds `runCell`, `CELL` and `cells`, but not `cancelled`. The usual spellings are listed, and
 * word boundaries are those of ASCII, because ripgrep takes twice as long with `(?i)`, and ten times as
 * long with Unicode's boundaries. Other scripts do without either.
 */
function termsPattern(terms: readonly SearchTerm[]): string {
  // Leftmost first: a whole identifier before its parts.
  const ordered = [...terms].sort((a, b) => b.stem.length - a.stem.length);
  const latin = ordered.filter(({ stem }) => /^[a-z0-9]+$/.test(stem));
  const others = ordered.filter((term) => !latin.includes(term)).map(({ stem }) => stem);
  const whole = latin.filter(({ parts }) => parts.length > 0).map(({ stem }) => stem);
  const words = latin.filter(({ parts }) => parts.length === 0).map(({ stem }) => stem);
  const upper = words.map((stem) => stem.toUpperCase()).filter((stem) => !words.includes(stem));
  const humps = words
    .filter((stem) => /^[a-z]/.test(stem))
    .map((stem) => stem.charAt(0).toUpperCase() + stem.slice(1));
  return [
    ...[...whole, ...others].map((stem) => `(?i:${stem})`),
    ...(words.length > 0 ? [`(?-u:\\b|_)(?:${[...words, ...upper].join('|')})`] : []),
    ...humps,
  ].join('|');
}

/**
 * Reads "path NUL match newline match newline ... newline", file after file, and counts the matches in
 * the array that `begin` gives; null passes over the file.
 */
function termReader(
  terms: readonly SearchTerm[],
  begin: (path: Buffer) => Uint32Array | null,
): (chunk: Buffer) => boolean {
  const indexes = termIndexes(terms);
  const records = new Records(0);
  let counts: Uint32Array | null = null;
  return (chunk) =>
    records.push(chunk, (record) => {
      if (records.end === 0) {
        counts = begin(record);
        records.end = 0x0a;
      } else if (record.length === 0) {
        records.end = 0;
      } else if (counts !== null) {
        const match = record.toString('utf8');
        if (match.startsWith('WARNING: ')) counts.fill(0);
        else
          for (const index of indexes.get(match.replace('_', '').toLowerCase()) ?? [])
            add(counts, index);
      }
      return true;
    });
}

function add(counts: Uint32Array, index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

/** The terms that a match counts for: its own, and those of its parts. */
function termIndexes(terms: readonly SearchTerm[]): ReadonlyMap<string, readonly number[]> {
  const own = new Map(terms.map(({ stem }, index) => [stem, index]));
  return new Map(
    terms.map(({ stem, parts }) => [
      stem,
      [...new Set([stem, ...parts])].flatMap((part) => own.get(part) ?? []),
    ]),
  );
}
