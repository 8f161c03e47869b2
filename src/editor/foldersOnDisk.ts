import { type WorkspaceFolder, workspace } from 'vscode';

/** The folders that questions are about: those on disk, in the order of the workspace. */
export function foldersOnDisk(): readonly WorkspaceFolder[] {
  return (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}
