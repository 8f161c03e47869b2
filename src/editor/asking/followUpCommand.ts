import { access, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { commands, Uri, type WorkspaceFolder, window } from 'vscode';
import { isSameSubject } from '../../trajectory/about';
import { questionOfAnswer, runOfAnswer } from '../answers/answerText';
import type { Fathom } from '../fathom';
import type { LazyEngine } from '../lazyEngine';
import { shorten } from '../shorten';
import { type Asked, askWithModel, questionIn } from './askCommand';
import { inputQuestion } from './questionInput';
import type { QuestionSubject } from './questionSubject';
import { foldersToAskAbout, workspaceSubject } from './workspaceFolders';

/**
 * The command `fathom.askFollowUp`: one more question in the conversation of an answer, with the variables
 * that its run made: of the answer in the active editor, else of the last one of this window. What was
 * asked of models before is taken from the run's log and not asked again.
 * @param argument `{question}` asks that without the input box.
 * @returns undefined when nothing was asked.
 */
export async function askFollowUp(fathom: Fathom, argument: unknown): Promise<Asked | undefined> {
  const text = answerToFollow(fathom);
  const run = text === null ? null : runOfAnswer(text);
  if (text === null || run === null) {
    void window.showInformationMessage(
      'There is no answer to follow up yet. Ask about the repository first, or open an answer that you saved.',
    );
    return undefined;
  }
  // Only ever one of Fathom's own logs: the text may have come from anywhere.
  const followUp = join(fathom.runFolder, `${run}.jsonl`);
  if (!(await exists(followUp))) {
    void window.showWarningMessage(
      `The log of the run ${run} is not on this machine any more, so its conversation can't go on.`,
    );
    return undefined;
  }
  const subject = await subjectOf(run, followUp, fathom);
  if (!subject) return undefined;
  const title = `Follow up on “${shorten(questionOfAnswer(text), 80)}”`;
  const question = questionIn(argument) ?? (await inputQuestion(title, fathom.history.questions()));
  if (!question) return undefined;
  await fathom.history.add(question);
  return askWithModel(fathom, { question, subject, followUp, failed: null });
}

/** What the run was about; null, after a message, when that can't be asked about any more. */
async function subjectOf(
  run: string,
  log: string,
  { subjects, engine }: Fathom,
): Promise<QuestionSubject | null> {
  const kept = subjects.of(run);
  if (kept === null) {
    void window.showWarningMessage(
      'The text that this answer is about was too large to keep. Select it again, and ask about the selection.',
    );
  }
  if (kept !== undefined) return kept;
  const folders = await foldersToAskAbout();
  if (!folders || !(await isMeant(log, folders, engine))) return null;
  return workspaceSubject(folders);
}

/** Asks the user, when the answer is about something else than what is open. */
async function isMeant(
  log: string,
  folders: readonly WorkspaceFolder[],
  engine: LazyEngine,
): Promise<boolean> {
  const before = await (await engine.get()).readAbout(log);
  const open = await Promise.all(folders.map(({ uri }) => realpath(uri.fsPath)));
  if (!before || isSameSubject(before, { what: 'folders', places: open })) return true;
  const anyway = 'Ask About What Is Open';
  const elsewhere = 'Open That Folder';
  const [folder] = before.what === 'folders' ? before.places : [];
  const picked = await window.showWarningMessage(
    `That answer is about ${before.places.map((place) => basename(place)).join(', ')}, which is not what is open in this window.`,
    {
      modal: true,
      detail: `It was about ${before.places.join(', ')}. A follow-up here keeps its conversation and variables, but reads ${open.join(', ')}.`,
    },
    anyway,
    ...(folder === undefined ? [] : [elsewhere]),
  );
  if (picked === elsewhere && folder !== undefined) {
    await commands.executeCommand('vscode.openFolder', Uri.file(folder), { forceNewWindow: true });
  }
  return picked === anyway;
}

function answerToFollow({ answers }: Fathom): string | null {
  const active = window.activeTextEditor?.document.getText() ?? '';
  return runOfAnswer(active) === null ? answers.lastLogged : active;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
