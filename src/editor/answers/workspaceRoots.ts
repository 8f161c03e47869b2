import { folderPrefixes } from '../../repository/listing/folderPrefixes';

/** A workspace folder and the beginning of the paths in it, as in `RepositoryRoot`. */
export interface WorkspaceRoot<Folder> {
  readonly folder: Folder;
  /** "" for a single folder, else the folder's unique name followed by "/". */
  readonly prefix: string;
}

/** The folder and path of a citation. */
export interface LocatedPath<Folder> {
  readonly folder: Folder;
  /** Relative to the folder. */
  readonly path: string;
}

/** Finds the folder of a cited path; null when it can't be in the workspace. */
export function locateCited<Folder>(
  path: string,
  roots: readonly WorkspaceRoot<Folder>[],
): LocatedPath<Folder> | null {
  if (!isInside(path)) return null;
  for (const { folder, prefix } of roots) {
    if (path.startsWith(prefix)) return { folder, path: path.slice(prefix.length) };
  }
  return null;
}

/** False for paths that would leave the folder, and for names that are not valid text and so have no URI. */
function isInside(path: string): boolean {
  return (
    path !== '' &&
    path.isWellFormed() &&
    !/^[/\\~]|^[A-Za-z]:|\p{Cc}/u.test(path) &&
    // Windows ignores white space and dots at the end of a name.
    !path.split(/[/\\]/).some((name) => /^\s*\.\.[\s.]*$/.test(name))
  );
}

/** The roots of these folders, in order, with the same prefixes as in the repository. */
export function workspaceRoots<Folder>(
  folders: readonly Folder[],
  pathOf: (folder: Folder) => string,
): readonly WorkspaceRoot<Folder>[] {
  const prefixes = folderPrefixes(folders.map(pathOf));
  return folders.map((folder, index) => ({ folder, prefix: prefixes[index]?.prefix ?? '' }));
}
