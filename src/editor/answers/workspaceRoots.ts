import { folderPrefixes } from '../../repository/listing/folderPrefixes';

/** A workspace folder and how the paths in it begin, as in `RepositoryRoot`. */
export interface WorkspaceRoot<Folder> {
  readonly folder: Folder;
  /** "" for a single folder, else the folder's unique name followed by "/". */
  readonly prefix: string;
}

/** Where a cited path is. */
export interface Place<Folder> {
  readonly folder: Folder;
  /** Relative to the folder. */
  readonly path: string;
}

/** Finds the folder of a path as citations have it; null when it is no path of the workspace. */
export function locate<Folder>(
  path: string,
  roots: readonly WorkspaceRoot<Folder>[],
): Place<Folder> | null {
  if (!isInside(path)) return null;
  for (const { folder, prefix } of roots) {
    if (path.startsWith(prefix)) return { folder, path: path.slice(prefix.length) };
  }
  return null;
}

/** False for what would leave the folder, and for names that are not text and so have no URI. */
function isInside(path: string): boolean {
  return (
    path !== '' &&
    path.isWellFormed() &&
    !/^[/\\~]|^[A-Za-z]:|\p{Cc}/u.test(path) &&
    // Windows leaves out white space and dots at the end of a name.
    !path.split(/[/\\]/).some((name) => /^\s*\.\.[\s.]*$/.test(name))
  );
}

/** The roots of these folders, in order, with the prefixes that the repository gives them. */
export function workspaceRoots<Folder>(
  folders: readonly Folder[],
  pathOf: (folder: Folder) => string,
): readonly WorkspaceRoot<Folder>[] {
  const prefixes = folderPrefixes(folders.map(pathOf));
  return folders.map((folder, index) => ({ folder, prefix: prefixes[index]?.prefix ?? '' }));
}
