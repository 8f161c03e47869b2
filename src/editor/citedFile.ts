import { basename } from 'node:path';
import { Uri, type WorkspaceFolder, workspace } from 'vscode';
import { locate, workspaceRoots } from './workspaceRoots';

/** The folders that questions are about: those on disk, in the order of the workspace. */
export function foldersOnDisk(): readonly WorkspaceFolder[] {
  return (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

/** Where a file that an answer cites would be; null when the path is none of the workspace. */
export function citedFile(path: string): Uri | null {
  const roots = workspaceRoots(foldersOnDisk(), ({ uri }) => basename(uri.fsPath));
  const place = locate(path, roots);
  return place && Uri.joinPath(place.folder.uri, place.path);
}
