import { isAbsolute, relative, sep } from 'node:path';
import { Uri } from 'vscode';
import { foldersOnDisk } from '../foldersOnDisk';
import { locateCited, workspaceRoots } from './workspaceRoots';

/** Where a cited file would be; null when the path can't be in the workspace. */
export function citedFile(path: string): Uri | null {
  const roots = workspaceRoots(foldersOnDisk(), ({ uri }) => uri.fsPath);
  const place = locateCited(path, roots);
  return place && Uri.joinPath(place.folder.uri, place.path);
}

/**
 * The path of a file or folder as in citations; "" for the only folder of the workspace, null outside of the
 * workspace.
 */
export function workspacePath(uri: Uri): string | null {
  if (uri.scheme !== 'file') return null;
  const roots = workspaceRoots(foldersOnDisk(), ({ uri: folder }) => folder.fsPath);
  for (const { folder, prefix } of roots) {
    const path = relative(folder.uri.fsPath, uri.fsPath).replaceAll(sep, '/');
    if (path === '') return prefix.replace(/\/$/, '');
    if (path !== '..' && !path.startsWith('../') && !isAbsolute(path)) return prefix + path;
  }
  return null;
}
