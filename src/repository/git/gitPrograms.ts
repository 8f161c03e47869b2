import { resolveExecutable } from '../../ground/resolveExecutable';
import { RepositoryError } from '../repository';

/** The oldest Git that takes its configuration only from where Fathom says (`GIT_CONFIG_GLOBAL`). */
const oldest = [2, 32] as const;

/** The versions by path of the executable; each is asked once. */
const versions = new Map<string, Promise<string | null>>();

/**
 * The Git to run: an absolute path outside of folders that strangers may have written.
 * @param outside those folders, symlinks resolved.
 * @param askVersion the output of `git --version` of an executable; null when it can't be started.
 * @throws {RepositoryError} `unavailable` when there is none, or when it is too old.
 */
export async function gitExecutable(
  outside: readonly string[],
  askVersion: (executable: string) => Promise<string | null>,
): Promise<string> {
  const executable = await resolveExecutable('git', { outside });
  if (executable === null) {
    throw new RepositoryError(
      'unavailable',
      'Git is not installed, or not on the PATH (a git inside the repository is not taken). Install it, or do without the git functions.',
    );
  }
  const known = versions.get(executable) ?? askVersion(executable);
  versions.set(executable, known);
  const version = await known.catch(() => null);
  if (version === null || isTooOld(version)) versions.delete(executable);
  if (version === null) {
    throw new RepositoryError(
      'unavailable',
      `Git (${executable}) can't be started. Repair it, or do without the git functions.`,
    );
  }
  if (isTooOld(version)) {
    throw new RepositoryError(
      'unavailable',
      `Git (${executable}) is older than ${oldest.join('.')}, which Fathom needs to be safe from what a repository says. Install a newer one, or do without the git functions.`,
    );
  }
  return executable;
}

/** @param version as in `git version 2.39.5 (Apple Git-154)`. */
export function isTooOld(version: string): boolean {
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(version) ?? [];
  const [needMajor, needMinor] = oldest;
  const isNew =
    Number(major) > needMajor || (Number(major) === needMajor && Number(minor) >= needMinor);
  return !isNew;
}
