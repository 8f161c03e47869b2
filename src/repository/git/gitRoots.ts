import { normalizePath, notFound, refuseHidden } from '../listing/locate';
import { RepositoryError, type RepositoryPath } from '../repository';
import { type RootedPath, rootOf, type Workspace } from '../workspace';
import { GitRepository } from './gitRepository';

/**
 * The repositories of a request: that of the path, or all. The path need not exist any more, but must not be hidden by
 * name.
 */
export async function gitRoots(
  workspace: Workspace,
  path: RepositoryPath | null,
  signal: AbortSignal,
): Promise<readonly GitRepository[]> {
  if (path !== null) {
    return [
      await GitRepository.open(workspace, (await gitPath(workspace, path, signal)).root, signal),
    ];
  }
  const found: GitRepository[] = [];
  let refusal: unknown;
  for (const root of workspace.roots) {
    try {
      found.push(await GitRepository.open(workspace, root, signal));
    } catch (error) {
      if (!(error instanceof RepositoryError) || error.kind !== 'not-a-git-repository') throw error;
      refusal ??= error;
    }
  }
  if (found.length === 0) throw refusal;
  return found;
}

/** A path for Git. @throws {RepositoryError} `outside`, `excluded`, or `not-found` without a root. */
export async function gitPath(
  workspace: Workspace,
  asked: RepositoryPath,
  signal: AbortSignal,
): Promise<RootedPath> {
  const path = normalizePath(workspace, asked);
  const found = rootOf(workspace, path);
  if (found === null) throw await notFound(workspace, path, signal);
  refuseHidden(workspace, found);
  return found;
}
