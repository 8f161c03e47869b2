import type { CitationMark } from './citationMark';
import type { CitedTexts } from './citedTexts';
import { wholePath } from './wholePath';

/** Listings of one answer that look for a file by the end of its path. */
const mostLookups = 100;

/** A citation with the file that it is of. */
export interface ResolvedMark {
  readonly mark: CitationMark;
  /** As the context calls it. */
  readonly path: string;
  /** What the answer is to call it: an end of the path, where the answer named the whole before. */
  readonly written: string;
  /** Where the path begins when it is longer than it looks; else null. */
  readonly index: number | null;
  /** Null when there is no such file, or it may not be read. */
  readonly totalLines: number | null;
}

/**
 * Finds the file of each citation: as it is written, in another spelling, or by the end of its path where
 * only one file has that. What is no file and may be something else is left out: `localhost:8080`, `a.b`
 * before "line 12".
 */
export async function resolveMarks(
  marks: readonly CitationMark[],
  texts: CitedTexts,
  signal: AbortSignal,
): Promise<ResolvedMark[]> {
  const totals = new Map<string, number | null>();
  const totalOf = async (path: string) => {
    const known = totals.get(path);
    if (known !== undefined) return known;
    const total = await texts.totalLines(path, signal);
    totals.set(path, total);
    return total;
  };
  const ends = new Map<string, string | null>();
  const named = new Set<string>();
  const fileWithEnd = async (path: string) => {
    const before = wholePath(path, named);
    if (before !== null) return { path: before, isNamed: true };
    if (!ends.has(path)) {
      const found = ends.size < mostLookups ? await texts.endingWith(path, 2, signal) : [];
      ends.set(path, found.length === 1 ? (found[0] ?? null) : null);
    }
    const only = ends.get(path) ?? null;
    return only === null ? null : { path: only, isNamed: false };
  };
  const resolved: ResolvedMark[] = [];
  for (const mark of marks) {
    const one = await resolve(mark);
    if (!one) continue;
    if (one.totalLines !== null) named.add(one.path);
    resolved.push(one);
  }
  return resolved;

  async function resolve(mark: CitationMark): Promise<ResolvedMark | null> {
    const { longer } = mark;
    if (longer && (await totalOf(longer.path)) !== null) {
      const { path, index } = longer;
      return { mark, path, written: path, index, totalLines: await totalOf(path) };
    }
    for (const path of [mark.path, ...texts.spellings(mark.path)]) {
      const totalLines = await totalOf(path);
      if (totalLines === null) continue;
      const name = texts.nameOf(path);
      return { mark, path, written: name, index: null, totalLines };
    }
    const end = texts.spellings(mark.path)[0] ?? mark.path;
    const found = await fileWithEnd(end);
    const totalLines = found && (await totalOf(found.path));
    if (found && totalLines !== null) {
      const { path, isNamed } = found;
      return { mark, path, written: isNamed ? mark.path : path, index: null, totalLines };
    }
    if (mark.isGuess || looksLikeNoPath(mark.path)) return null;
    return { mark, path: mark.path, written: mark.path, index: null, totalLines: null };
  }
}

/** Something like `localhost:8080`, `12:30` or `Error:3` rather than a file that is missing. */
function looksLikeNoPath(path: string): boolean {
  if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(path)) return true;
  return !/[/\\]/.test(path) && !/\.[A-Za-z]\w{0,9}$/.test(path);
}
