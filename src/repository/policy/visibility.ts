import { sep } from 'node:path';
import { compileGlob, globMatcher } from '../listing/glob';
import type { RepositoryPath, RepositoryRoot } from '../repository';
import { comparedPath } from './nameForms';
import { secretPolicy } from './secretFiles';

/**
 * Folders of version control: they have every file a second time, in forms that no question is about, and `.git/config`
 * can have credentials. Everything else that is not source (node_modules, build output, ...) is left to the repository's
 * ignore files and the user's settings.
 */
const versionControl = ['.git', '.hg', '.svn', '.jj'];

/** Decides what is hidden by name, whatever the ignore files say. */
export interface Visibility {
  /**
   * Why a path, relative to its root, is hidden, as the end of "is excluded by ..."; else null. A root may itself be a
   * folder of secrets, such as `.ssh`.
   */
  hides(root: NamedRoot, path: RepositoryPath): string | null;
  /** Whether it is, or may have, a secret. Not for files hidden only by the user's globs, or objects of Git. */
  isSecret(root: NamedRoot, path: RepositoryPath): boolean;
  /** The same for a file outside of all roots. */
  isSecretName(name: string): boolean;
  /** Whether the user allows a path that may be secret. */
  allows(root: NamedRoot, path: RepositoryPath): boolean;
  /** Roughly the same as ripgrep globs for the folder of a root. */
  ripgrepGlobs(root: Pick<NamedRoot, 'excludes'>): readonly string[];
}

/** What the user's globs hide in a folder. */
export interface Excludes {
  /** The glob that hides a path, relative to the folder, or null. */
  ruleFor(path: RepositoryPath): string | null;
  readonly ripgrepGlobs: readonly string[];
}

/** @param given globs as in VS Code's settings: relative to the folder, unless they start with `**`. */
export function excludes(given: readonly string[]): Excludes {
  const globs = given.map((glob) => glob.replace(/^\/+|\/+$/g, '')).filter((glob) => glob !== '');
  const rules = globs.map((glob) => ({ glob, matches: globMatcher([glob]) }));
  return {
    ruleFor: (path) => rules.find(({ matches }) => matches(path))?.glob ?? null,
    // ripgrep would take a glob without a slash at any depth; braces at the front can hold a `**`.
    ripgrepGlobs: globs
      .filter((glob) => !glob.startsWith('{'))
      .map((glob) => (glob.startsWith('**') ? `!${glob}` : `!/${glob}`)),
  };
}

/** A root with its names (in the repository, on disk, as given), and what it hides. */
export interface NamedRoot extends RepositoryRoot {
  /** The absolute path as given: editors name their documents by it. */
  readonly given: string;
  /** The user's settings for it. */
  readonly excludes: Excludes;
}

/** What hides paths: the policy for all roots, and the excludes of each. */
export function visibility(allowSecrets: readonly string[]): Visibility {
  const secretKind = secretPolicy(allowSecrets);
  const allowed = allowSecrets.map((glob) => compileGlob(glob));
  const kindOf = (root: NamedRoot, path: RepositoryPath) => {
    // Quick for nearly every path, as this is called for each file of a repository.
    const looksOrdinary = secretKind(path) === null && !isInHiddenFolder(root);
    return looksOrdinary ? null : secretKind(path, ...otherNames(root, path));
  };
  const controlled = new RegExp(
    `(^|/)(${versionControl.join('|').replaceAll('.', '\\.')})(/|$)`,
    'i',
  );
  return {
    hides(root, path) {
      const kind = kindOf(root, path);
      if (kind !== null) {
        return `the secret-file policy (it looks like ${kind}); only the user can allow it, in Fathom's settings`;
      }
      if (controlled.test(comparedPath(path))) return 'Fathom: it belongs to version control';
      const rule = root.excludes.ruleFor(path);
      return rule === null ? null : `the user's setting ${JSON.stringify(rule)}`;
    },
    isSecret: (root, path) =>
      kindOf(root, path) !== null || controlConfiguration.test(comparedPath(path)),
    isSecretName: (name) => secretKind(name) !== null,
    allows: (root, path) =>
      allowed.some((glob) => [path, ...otherNames(root, path)].some((one) => glob.matches(one))),
    ripgrepGlobs: (root) => [
      ...versionControl.map((name) => `!${name}`),
      ...root.excludes.ripgrepGlobs,
    ],
  };
}

/** Settings of version control, which may have a password in a URL. */
const controlConfiguration = /(^|\/)\.(git|hg)\/(.*\/)?(config(\.worktree)?|credentials|hgrc)$/;

/** True if files of the root may be secret although their own names are ordinary. */
function isInHiddenFolder({ folder, given }: NamedRoot): boolean {
  return hiddenFolder.test(folder) || hiddenFolder.test(given);
}

/** Folders of programs' own data: `.ssh`, `.config`, on Windows `AppData\\Roaming`. */
const hiddenFolder = /[\\/](\.[^\\/]|appdata[\\/])/i;

/** The path's other names, in the repository and on disk. */
function otherNames({ prefix, folder, given }: NamedRoot, path: RepositoryPath): readonly string[] {
  const folders = folder === given ? [folder] : [folder, given];
  const onDisk = folders.map((one) => {
    const slashed = one.replaceAll(sep, '/');
    return path === '' ? slashed : `${slashed}/${path}`;
  });
  return [prefix + path, ...onDisk];
}
