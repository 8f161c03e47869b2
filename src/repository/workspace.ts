import type { IgnoreFiles } from './listing/ignoreRules';
import type { SeenPaths } from './listing/seenPaths';
import type { LinkVerdicts } from './policy/linkVerdicts';
import type { NamedRoot, Visibility } from './policy/visibility';
import type { Programs } from './programs/programs';
import type { Ripgrep } from './programs/ripgrep';
import type { RepositoryPath } from './repository';

/** An opened folder of the workspace. */
export interface Root extends NamedRoot {
  /** Its name for people. */
  readonly name: string;
  /** True when the folder is inside a larger Git work tree, whose .gitignore files count too. */
  readonly partOfGitRepository: boolean;
}

/** What all operations on the repository share. */
export interface Workspace {
  readonly roots: readonly Root[];
  readonly ripgrep: Ripgrep;
  /** Queues the processes of Git and ripgrep. */
  readonly programs: Programs;
  /** Which ignore files count. */
  readonly ignoreFiles: IgnoreFiles;
  readonly visibility: Visibility;
  /** In bytes; bigger files are listed, never searched or read. */
  readonly maxFileSize: number;
  /** Texts of unsaved editors by absolute path. */
  readonly unsaved: () => ReadonlyMap<string, string>;
  readonly seen: SeenPaths;
  /** Which files are secret ones under another name. */
  readonly links: LinkVerdicts;
  /** Where the user's own secrets are; null for the home folder. */
  readonly home: string | null;
}

/** A path split into its folder and the rest. */
export interface RootedPath {
  readonly root: Root;
  /** Relative to the root's folder; "" is the folder. */
  readonly relative: RepositoryPath;
}

/** Finds the root of a path that is already normalised, or null when no root has that name. */
export function rootOf(workspace: Workspace, path: RepositoryPath): RootedPath | null {
  for (const root of workspace.roots) {
    if (path.startsWith(root.prefix)) return { root, relative: path.slice(root.prefix.length) };
    if (`${path}/` === root.prefix) return { root, relative: '' };
  }
  return null;
}
