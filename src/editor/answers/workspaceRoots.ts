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
    !/^[/\\~]|^[A-Za-z]:/.test(path) &&
    !path.split(/[/\\]/).includes('..')
  );
}

/** The roots of these folders, in order, with the prefixes that the repository gives them. */
export function workspaceRoots<Folder>(
  folders: readonly Folder[],
  nameOf: (folder: Folder) => string,
): readonly WorkspaceRoot<Folder>[] {
  const [only] = folders;
  if (only !== undefined && folders.length === 1) return [{ folder: only, prefix: '' }];
  const taken = new Set<string>();
  return folders.map((folder) => {
    const name = nameOf(folder);
    let unique = name;
    for (let i = 2; taken.has(unique.toLowerCase()); i++) unique = `${name}-${i}`;
    taken.add(unique.toLowerCase());
    return { folder, prefix: `${unique}/` };
  });
}
