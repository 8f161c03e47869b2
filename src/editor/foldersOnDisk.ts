import { type WorkspaceFolder, workspace } from 'vscode';

/** The workspace folders on disk, which questions are about, in order. */
export function foldersOnDisk(): readonly WorkspaceFolder[] {
  return (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}
