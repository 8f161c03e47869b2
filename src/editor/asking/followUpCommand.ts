import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { window } from 'vscode';
import { isAnswerText, questionOfAnswer, runOfAnswer } from '../answers/answerText';
import type { Fathom } from '../fathom';
import { messages } from '../messages';
import { type Asked, askWithModel } from '../running/askWithModel';
import { shorten } from '../shorten';
import { questionIn } from './askCommand';
import { subjectToGoOnWith } from './pastSubject';
import { inputQuestion } from './questionInput';

/**
 * The command `fathom.askFollowUp`: asks another question in the conversation of an answer, with the variables
 * of its run. It is the answer in the active editor, else the last one of this window. Earlier replies of models
 * come from the run's log.
 * @param argument `{question}` skips the input box.
 * @returns undefined when nothing was asked.
 */
export async function askFollowUp(fathom: Fathom, argument: unknown): Promise<Asked | undefined> {
  const text = answerToFollow(fathom);
  const run = text === null ? null : runOfAnswer(text);
  if (text !== null && run === null) {
    void messages.showInformationMessage(
      'The run of this answer could not be kept, so its conversation can’t go on. Ask a new question.',
    );
    return undefined;
  }
  if (text === null || run === null) {
    void messages.showInformationMessage(
      'There is no answer to follow up yet. Ask about the repository first, or open an answer that you saved.',
    );
    return undefined;
  }
  // Always one of Fathom's own logs: the text may have come from anywhere.
  const followUp = join(fathom.runFolder, `${run}.jsonl`);
  if (!(await exists(followUp))) {
    void messages.showWarningMessage(
      `The log of the run ${run} is not on this machine any more, so its conversation can't go on.`,
    );
    return undefined;
  }
  const past = { run, log: followUp, how: 'follow-up' } as const;
  const subject = await subjectToGoOnWith(past, fathom);
  if (!subject) return undefined;
  const title = `Follow up on “${shorten(questionOfAnswer(text), 80)}”`;
  const question = questionIn(argument) ?? (await inputQuestion(title, fathom.history.questions()));
  if (!question) return undefined;
  await fathom.history.add(question);
  return askWithModel(fathom, { question, subject, followUp, failed: null });
}

function answerToFollow({ answers }: Fathom): string | null {
  const active = window.activeTextEditor?.document.getText() ?? '';
  return isAnswerText(active) ? active : answers.lastLogged;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
