import { sep } from 'node:path';
import { matcher } from './glob';
import type { RepositoryPath } from './repository';
import { secretPolicy } from './secretFiles';
import type { Root } from './workspace';

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
  /** The same, roughly, as ripgrep globs for any folder. */
  readonly ripgrepGlobs: readonly string[];
}

/** What a root is called: in paths of the repository, on disk, and by whoever opened it. */
type NamedRoot = Pick<Root, 'prefix' | 'folder' | 'given'>;

/**
 * `exclude` are globs as in VS Code's settings: relative to each folder, unless they start with `**`.
 */
export function visibility(
  exclude: readonly string[],
  allowSecrets: readonly string[],
): Visibility {
  const secretKind = secretPolicy(allowSecrets);
  const globs = exclude.map((glob) => glob.replace(/^\/+|\/+$/g, '')).filter((glob) => glob !== '');
  const excluded = globs.map((glob) => ({ glob, matches: matcher([glob]) }));
  const controlled = new RegExp(
    `(^|/)(${versionControl.join('|').replaceAll('.', '\\.')})(/|$)`,
    'i',
  );
  return {
    hides(root, path) {
      // Of nearly every path this says all: it is called for each file of a repository.
      const looksOrdinary = secretKind(path) === null && !isInHiddenFolder(root);
      const kind = looksOrdinary ? null : secretKind(path, ...otherNames(root, path));
      if (kind !== null) {
        return `the secret-file policy (it looks like ${kind}); only the user can allow it, in Fathom's settings`;
      }
      if (controlled.test(path)) return 'Fathom: it belongs to version control';
      const rule = excluded.find(({ matches }) => matches(path));
      return rule === undefined ? null : `the user's setting ${JSON.stringify(rule.glob)}`;
    },
    ripgrepGlobs: [
      ...versionControl.map((name) => `!${name}`),
      // ripgrep would take a glob without a slash at any depth; braces at the front can hold a `**`.
      ...globs
        .filter((glob) => !glob.startsWith('{'))
        .map((glob) => (glob.startsWith('**') ? `!${glob}` : `!/${glob}`)),
    ],
  };
}

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
