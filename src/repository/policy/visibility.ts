import { sep } from 'node:path';
import { compileGlob, matcher } from '../listing/glob';
import type { RepositoryPath, RepositoryRoot } from '../repository';
import { comparedPath } from './nameForms';
import { secretPolicy } from './secretFiles';

/**
 * Folders of version control: they hold every file a second time, in forms that no question is about,
 * and `.git/config` can hold credentials. Everything else that is not source (node_modules, build
 * output, ...) is left to the repository's own ignore files and the user's settings.
 */
const versionControl = ['.git', '.hg', '.svn', '.jj'];

/** What is hidden by name, whatever the ignore files say. */
export interface Visibility {
  /**
   * Why a path, relative to its root, is hidden, as the end of the sentence "is excluded by ...", or null.
   * A root may itself be the folder that makes its files secret, as `.ssh` is.
   */
  hides(root: NamedRoot, path: RepositoryPath): string | null;
  /** Whether it is a secret, or may hold one: not what the user's own globs hide, and no objects of Git. */
  isSecret(root: NamedRoot, path: RepositoryPath): boolean;
  /** The same of a file that lies in no root. */
  isSecretName(name: string): boolean;
  /** Whether the user allows a path in spite of what the file may hold. */
  allows(root: NamedRoot, path: RepositoryPath): boolean;
  /** The same, roughly, as ripgrep globs for the folder of a root. */
  ripgrepGlobs(root: Pick<NamedRoot, 'excludes'>): readonly string[];
}

/** What the user's globs hide in one folder. */
export interface Excludes {
  /** The glob that hides a path, relative to the folder, or null. */
  ruleFor(path: RepositoryPath): string | null;
  readonly ripgrepGlobs: readonly string[];
}

/** @param given globs as in VS Code's settings: relative to the folder, unless they start with `**`. */
export function excludes(given: readonly string[]): Excludes {
  const globs = given.map((glob) => glob.replace(/^\/+|\/+$/g, '')).filter((glob) => glob !== '');
  const rules = globs.map((glob) => ({ glob, matches: matcher([glob]) }));
  return {
    ruleFor: (path) => rules.find(({ matches }) => matches(path))?.glob ?? null,
    // ripgrep would take a glob without a slash at any depth; braces at the front can hold a `**`.
    ripgrepGlobs: globs
      .filter((glob) => !glob.startsWith('{'))
      .map((glob) => (glob.startsWith('**') ? `!${glob}` : `!/${glob}`)),
  };
}

/** What a root is called (in paths of the repository, on disk, by whoever opened it), and what it hides. */
export interface NamedRoot extends RepositoryRoot {
  /** The path as the caller gave it, absolute: editors name their documents by it. */
  readonly given: string;
  /** What the user's settings hide in it. */
  readonly excludes: Excludes;
}

/** What hides paths in all roots, and in each what its own excludes do. */
export function visibility(allowSecrets: readonly string[]): Visibility {
  const secretKind = secretPolicy(allowSecrets);
  const allowed = allowSecrets.map((glob) => compileGlob(glob));
  const kindOf = (root: NamedRoot, path: RepositoryPath) => {
    // Of nearly every path this says all: it is called for each file of a repository.
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

/** Settings of version control, which may hold a password in an address. */
const controlConfiguration = /(^|\/)\.(git|hg)\/(.*\/)?(config(\.worktree)?|credentials|hgrc)$/;

/** True when a path below the root may be that of a secret file though its end is ordinary. */
function isInHiddenFolder({ folder, given }: NamedRoot): boolean {
  return hiddenFolder.test(folder) || hiddenFolder.test(given);
}

/** Where programs keep what is theirs: `.ssh`, `.config`, on Windows `AppData\\Roaming`. */
const hiddenFolder = /[\\/](\.[^\\/]|appdata[\\/])/i;

/** In the repository and on disk. */
function otherNames({ prefix, folder, given }: NamedRoot, path: RepositoryPath): readonly string[] {
  const folders = folder === given ? [folder] : [folder, given];
  const onDisk = folders.map((one) => {
    const slashed = one.replaceAll(sep, '/');
    return path === '' ? slashed : `${slashed}/${path}`;
  });
  return [prefix + path, ...onDisk];
}
