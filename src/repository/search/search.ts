import { measure } from '../listing/files';
import { listFiles } from '../listing/listing';
import { everything } from '../listing/walk';
import { withoutSecretLinks } from '../policy/secretLinks';
import type { RankedFile, RepositoryPath } from '../repository';
import { Turns } from '../text/turns';
import type { Root, Workspace } from '../workspace';
import { Bm25, type Candidate, type PathHit } from './bm25';
import { partsOf, type SearchTerm, searchTerms } from './searchTerms';
import { termCounts } from './termCounts';

/** Only the files that score best without regard to their length are looked at for it. */
const shortlist = 2000;

/** Ranks files for words, as `Repository.search` says: one run to count, one to list the names. */
export async function search(
  workspace: Workspace,
  words: string,
  k: number,
  signal: AbortSignal,
): Promise<readonly RankedFile[]> {
  signal.throwIfAborted();
  const terms = searchTerms(words);
  if (terms.length === 0) return [];
  const { candidates, total } = await findCandidates(workspace, terms, signal);
  const ranking = new Bm25(terms.length, total, candidates);
  const shortlisted = best(candidates, Math.max(shortlist, k), (file) => ranking.score(file, 0));
  const promising = await withoutSecretLinks(workspace, shortlisted, signal);
  const lengths = await relativeLengths(promising, signal);
  const scoreOf = (file: FoundFile) => ranking.score(file, lengths.get(file) ?? 1);
  return best(promising, k, scoreOf).map((file) => ({
    path: file.path,
    score: scoreOf(file),
    hits: hitsOf(terms, file.counts),
  }));
}

interface FoundFile extends Candidate {
  readonly root: Root;
  readonly relative: RepositoryPath;
  readonly path: RepositoryPath;
}

/** The files that have a term in their text or path, and how many files there are. */
async function findCandidates(
  workspace: Workspace,
  terms: readonly SearchTerm[],
  signal: AbortSignal,
): Promise<{ readonly candidates: readonly FoundFile[]; readonly total: number }> {
  const counted = await termCounts(workspace, terms, signal);
  const candidates: FoundFile[] = [];
  const nothing = new Uint32Array(terms.length);
  const pathHits = pathMatcher(terms);
  let total = 0;
  await listFiles(workspace, everything, signal, (root, relative) => {
    total += 1;
    const path = root.prefix + relative;
    const counts = counted.get(path)?.counts ?? nothing;
    const inPath = pathHits(path);
    if (inPath.some((hit) => hit !== null) || counts.some((count) => count > 0)) {
      candidates.push({ root, relative, path, counts, inPath });
    }
    return true;
  });
  return { candidates, total };
}

function pathMatcher(terms: readonly SearchTerm[]): (path: RepositoryPath) => readonly PathHit[] {
  const anyStem = new RegExp(terms.map(({ stem }) => stem).join('|'), 'iu');
  const none: readonly PathHit[] = [];
  return (path) => {
    if (!anyStem.test(path)) return none;
    const slash = path.lastIndexOf('/');
    const name = pathWords(path.slice(slash + 1));
    const folder = pathWords(path.slice(0, Math.max(0, slash)));
    const starts = (words: readonly string[], stem: string) =>
      words.some((word) => word.startsWith(stem));
    return terms.map(({ stem }) =>
      starts(name, stem) ? 'name' : starts(folder, stem) ? 'folder' : null,
    );
  };
}

/** Words and parts of identifiers, whole identifiers too. */
function pathWords(path: string): readonly string[] {
  const tokens = path.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? [];
  return tokens.flatMap((token) => [token.toLowerCase(), ...partsOf(token)]);
}

/** Each file's size over the mean size. */
async function relativeLengths(
  files: readonly FoundFile[],
  signal: AbortSignal,
): Promise<ReadonlyMap<FoundFile, number>> {
  const sizes = new Map<FoundFile, number>();
  const turns = new Turns(signal);
  let sum = 0;
  for (const file of files) {
    const size = measure(file.root, file.relative)?.size ?? 0;
    sizes.set(file, size);
    sum += size;
    if (turns.over) await turns.turn();
  }
  const mean = Math.max(1, sum / Math.max(1, files.length));
  return new Map([...sizes].map(([file, size]) => [file, size / mean]));
}

function best(
  files: readonly FoundFile[],
  k: number,
  scoreOf: (file: FoundFile) => number,
): readonly FoundFile[] {
  return files
    .map((file) => ({ file, score: scoreOf(file) }))
    .sort((a, b) => b.score - a.score || (a.file.path < b.file.path ? -1 : 1))
    .slice(0, k)
    .map(({ file }) => file);
}

function hitsOf(terms: readonly SearchTerm[], counts: ArrayLike<number>): Record<string, number> {
  return Object.fromEntries(
    terms.flatMap(({ word }, index) => {
      const hits = counts[index] ?? 0;
      return hits > 0 ? [[word, hits]] : [];
    }),
  );
}
