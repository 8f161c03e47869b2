import { compileGlob } from './glob';
import { locate, normalizePath } from './locate';
import type { RepositoryPath } from './repository';
import type { Scope } from './walk';
import type { Workspace } from './workspace';

/**
 * The scope that a request's path and glob say.
 * @throws {RepositoryError} when the path can't be used (see `locate`) or the glob is empty.
 */
export async function scopeOf(
  workspace: Workspace,
  path: RepositoryPath | null,
  glob: string | null,
  signal: AbortSignal,
): Promise<Scope> {
  const whole = path === null || normalizePath(workspace, path) === '';
  return {
    at: whole ? null : await locate(workspace, path, signal),
    glob: glob === null ? null : compileGlob(glob),
  };
}
