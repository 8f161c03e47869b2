import type { RepositoryPath } from '../repository';
import { refuseTooLarge } from '../text/readText';
import type { Workspace } from '../workspace';
import { compileGlob } from './glob';
import { type Located, locate, normalizePath } from './locate';
import type { Scope } from './walk';

/**
 * The scope of a request's path and glob.
 * @throws {RepositoryError} when the path can't be used (see `locate`) or the glob is empty.
 */
export async function scopeOf(
  workspace: Workspace,
  path: RepositoryPath | null,
  glob: string | null,
  signal: AbortSignal,
): Promise<Scope & { readonly at: Located | null }> {
  const whole = path === null || normalizePath(workspace, path) === '';
  return {
    at: whole ? null : await locate(workspace, path, signal),
    glob: glob === null ? null : compileGlob(glob),
  };
}

/**
 * Like `scopeOf`, for a search: a single file that is too large would otherwise seem to have no match.
 * @throws {RepositoryError} `too-large` as well.
 */
export async function searchScope(
  workspace: Workspace,
  path: RepositoryPath | null,
  glob: string | null,
  signal: AbortSignal,
): Promise<Scope> {
  const scope = await scopeOf(workspace, path, glob, signal);
  if (scope.at !== null) refuseTooLarge(workspace, scope.at);
  return scope;
}
