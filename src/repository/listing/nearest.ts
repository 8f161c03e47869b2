import { distance } from 'fastest-levenshtein';
import type { RepositoryPath } from '../repository';
import type { Workspace } from '../workspace';
import { listFiles } from './listing';
import { everything } from './walk';

/** How many files are compared: enough for big repositories, in about half a second at most. */
const listingLimit = 200_000;
const suggestions = 3;

/** The existing paths most similar to one that does not exist: by file name first, then by the whole path. */
export async function nearestPaths(
  workspace: Workspace,
  path: RepositoryPath,
  signal: AbortSignal,
): Promise<readonly RepositoryPath[]> {
  const wanted = baseName(path).toLowerCase();
  // Up to a third of a name may be wrong.
  const tolerance = Math.floor(wanted.length / 3);
  let best: { path: RepositoryPath; name: number; whole: number }[] = [];
  let worst = tolerance;
  let seen = 0;
  await listFiles(workspace, everything, signal, (root, relative) => {
    seen += 1;
    const name = baseName(relative).toLowerCase();
    if (Math.abs(name.length - wanted.length) <= worst) {
      const off = distance(name, wanted);
      if (off <= worst) {
        const candidate = root.prefix + relative;
        best.push({ path: candidate, name: off, whole: distance(candidate, path) });
        if (best.length > 200) {
          best = ranked(best);
          worst = best.at(-1)?.name ?? tolerance;
        }
      }
    }
    return seen < listingLimit;
  });
  return ranked(best).map((candidate) => candidate.path);
}

function ranked<T extends { path: string; name: number; whole: number }>(candidates: T[]): T[] {
  return candidates
    .sort((a, b) => a.name - b.name || a.whole - b.whole || (a.path < b.path ? -1 : 1))
    .slice(0, suggestions);
}

function baseName(path: RepositoryPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
