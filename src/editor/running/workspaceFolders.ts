import { commands, FileType, type WorkspaceFolder, workspace } from 'vscode';
import type { QuestionSubject } from '../../question/question';
import { foldersOnDisk } from '../foldersOnDisk';
import { messages } from '../messages';

/**
 * The folders that a question can be about. Null, after a message, when there is nothing to ask about.
 */
export async function foldersToAskAbout(): Promise<readonly WorkspaceFolder[] | null> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    const open = 'Open Folder';
    const picked = await messages.showInformationMessage(
      'Fathom answers questions about a folder, and none is open.',
      open,
    );
    if (picked === open) await commands.executeCommand('workbench.action.files.openFolder');
    return null;
  }
  const onDisk = foldersOnDisk();
  if (onDisk.length === 0) {
    void messages.showWarningMessage(
      'Fathom searches folders on disk, and the folders of this window are not on a disk it can reach.',
    );
    return null;
  }
  const contents = await Promise.all(onDisk.map(contentsOf));
  if (contents.every((content) => content !== 'something')) {
    const names = onDisk.map(({ name }) => `"${name}"`).join(', ');
    const [subject, verb] = onDisk.length === 1 ? ['The folder', 'is'] : ['The folders', 'are'];
    const state = contents.includes('empty') ? 'empty' : 'not to be read';
    void messages.showInformationMessage(
      `${subject} ${names} ${verb} ${state}: there is nothing to ask about yet.`,
    );
    return null;
  }
  return onDisk;
}

/** The folders as the subject of a question. */
export function workspaceSubject(folders: readonly WorkspaceFolder[]): QuestionSubject {
  return { kind: 'workspace', folders: folders.map(({ uri }) => uri.fsPath) };
}

async function contentsOf({ uri }: WorkspaceFolder): Promise<'something' | 'empty' | 'unreadable'> {
  try {
    const entries = await workspace.fs.readDirectory(uri);
    // A folder with nothing but Git's data counts as empty.
    const shown = entries.filter(
      ([name, type]) => !(name === '.git' && type === FileType.Directory),
    );
    return shown.length > 0 ? 'something' : 'empty';
  } catch {
    return 'unreadable';
  }
}
