import type { Fathom } from '../fathom';
import { type Asked, askWithModel } from '../running/askWithModel';
import { foldersToAskAbout, workspaceSubject } from '../running/workspaceFolders';
import { inputQuestion } from './questionInput';

/**
 * The command `fathom.askRepository`: asks about the open folders and answers in a new document.
 * @param argument `{question}` skips the input box.
 * @returns undefined when nothing was asked.
 */
export async function askRepository(fathom: Fathom, argument: unknown): Promise<Asked | undefined> {
  const folders = await foldersToAskAbout();
  if (!folders) return undefined;
  const names = folders.map(({ name }) => name).join(', ');
  const question =
    questionIn(argument) ?? (await inputQuestion(`Ask about ${names}`, fathom.history.questions()));
  if (!question) return undefined;
  await fathom.history.add(question);
  const subject = workspaceSubject(folders);
  return askWithModel(fathom, { question, subject, followUp: null, failed: null });
}

/** The question in a command's argument, if there is one. */
export function questionIn(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null || !('question' in argument)) return null;
  return typeof argument.question === 'string' ? argument.question.trim() || null : null;
}
