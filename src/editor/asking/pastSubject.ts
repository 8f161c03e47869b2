import { realpath } from 'node:fs/promises';
import { commands, Uri, type WorkspaceFolder } from 'vscode';
import type { QuestionSubject } from '../../question/question';
import { isSameSubject } from '../../trajectory/about';
import type { LazyEngine } from '../engineClient/lazyEngine';
import type { Fathom } from '../fathom';
import { messages } from '../messages';
import { foldersToAskAbout, workspaceSubject } from '../running/workspaceFolders';
import { type GoingOn, otherSubjectText } from './otherSubject';

/** A past run to continue. */
export interface PastRunOf {
  readonly run: string;
  /** Path of its log. */
  readonly log: string;
  readonly how: GoingOn;
}

/**
 * What a run was about; or the open folders, if the user wants that. Null, after a message, when neither can be
 * used.
 */
export async function subjectToGoOnWith(
  past: PastRunOf,
  { subjects, engine }: Fathom,
): Promise<QuestionSubject | null> {
  const kept = subjects.of(past.run);
  if (kept === null) {
    void messages.showWarningMessage(
      'The text that this answer is about was too large to keep. Select it again, and ask about the selection.',
    );
  }
  if (kept !== undefined) return kept;
  const folders = await foldersToAskAbout();
  if (!folders || !(await isMeant(past, folders, engine))) return null;
  return workspaceSubject(folders);
}

/** Asks the user, if the run was not about the open folders. */
async function isMeant(
  { log, how }: PastRunOf,
  folders: readonly WorkspaceFolder[],
  engine: LazyEngine,
): Promise<boolean> {
  const { readAbout } = await engine.get();
  // If the log can't be read, the new run says so.
  const before = await readAbout(log).catch(() => null);
  const open = await Promise.all(folders.map(({ uri }) => realpath(uri.fsPath)));
  if (!before || isSameSubject(before, { what: 'folders', places: open })) return true;
  const { message, detail, here, there } = otherSubjectText(before, open, how);
  const buttons = [here, ...(there ? [there.label] : [])];
  const picked = await messages.showWarningMessage(message, { modal: true, detail }, ...buttons);
  if (there && picked === there.label) {
    const uri = Uri.file(there.folder);
    await commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
  }
  return picked === here;
}
