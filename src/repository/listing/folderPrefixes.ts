import { basename } from 'node:path';

/** The name of a folder in a question, and the beginning of the paths in it. */
export interface FolderPrefix {
  /** Unique among the folders, ignoring case. */
  readonly name: string;
  /** "" for a single folder, else the name followed by "/". */
  readonly prefix: string;
}

/**
 * Names the folders of a question, in order: by their own names, and `web` and `web-2` if two have the same. The
 * repository names paths by this rule, and the editor finds cited paths by it; both for all folders as given, even if
 * two paths lead to the same folder.
 * @param paths of the folders, absolute.
 */
export function folderPrefixes(paths: readonly string[]): readonly FolderPrefix[] {
  const taken = new Set<string>();
  return paths.map((path) => {
    const own = basename(path) || 'root';
    let name = own;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${own}-${number}`;
    taken.add(name.toLowerCase());
    return { name, prefix: paths.length === 1 ? '' : `${name}/` };
  });
}
