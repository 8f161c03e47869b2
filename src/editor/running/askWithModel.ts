import type { Uri } from 'vscode';
import type { EngineOutcome } from '../../contract/engineContract';
import type { ModelChoice } from '../../question/question';
import type { RunStatus } from '../../rlm/request';
import type { AnswerDocument } from '../answers/answerDocument';
import { finishedText, notStartedText, workingText } from '../answers/answerText';
import type { Fathom } from '../fathom';
import { foldersOnDisk } from '../foldersOnDisk';
import { messages } from '../messages';
import { shorten } from '../shorten';
import { offerRemedies } from './offerRemedies';
import type { QuestionAttempt } from './questionAttempt';
import { runAttempt } from './runAttempt';

/** The result of a command that asks. */
export interface Asked {
  readonly status: RunStatus;
  /** The document with the answer. */
  readonly document: Uri;
}

/** Asks the model of the settings; the first time, the user chooses one. */
export async function askWithModel(
  fathom: Fathom,
  attempt: QuestionAttempt,
): Promise<Asked | undefined> {
  const model = await fathom.models.choose();
  return model ? answer(fathom, attempt, model) : undefined;
}

/** Runs a question to its end and shows the result. */
async function answer(
  fathom: Fathom,
  attempt: QuestionAttempt,
  model: ModelChoice,
): Promise<Asked | undefined> {
  const { answers, kernels, log } = fathom;
  const { question } = attempt;
  const kernel = await kernels.choose(foldersOnDisk()[0]?.uri);
  if (!kernel) return undefined;
  const document = await answers.open(question, workingText('Starting', ''), attempt.failed);
  const followers = fathom.followers.map((follow) => follow(attempt));
  const outcome = await runAttempt(fathom, attempt, { model, kernel, document, followers });
  if (outcome.kind === 'finished') {
    await fathom.subjects.remember(outcome.result.run, attempt.subject);
  }
  const body =
    outcome.kind === 'finished'
      ? finishedText(outcome.result, model.kind === 'offline')
      : notStartedText(outcome.reason, outcome.fault === 'cancelled');
  const status = statusOf(outcome);
  const wasVisible = document.isVisible;
  const written = await answers.finish(document, { question, body });
  if (outcome.kind === 'not-started') log.warn(`Not answered: ${outcome.reason}`);
  const asked = { status, document: document.document.uri };
  for (const { onShown } of followers) await onShown?.(outcome);
  if (status === 'error') {
    const next = { ...attempt, failed: document };
    void offerRemedies(outcome, fathom, {
      again: () => askWithModel(fathom, next),
      offline: () => answer(fathom, next, { kind: 'offline' }),
    });
  } else if (!written || (!wasVisible && status !== 'cancelled')) {
    const report = outcome.kind === 'finished' && outcome.result.report !== null;
    const offered = { question, body, document: written ? document : null, report };
    void offerAnswer(fathom, offered);
  }
  return asked;
}

function statusOf(outcome: EngineOutcome): RunStatus {
  if (outcome.kind === 'finished') return outcome.result.status;
  const { fault } = outcome;
  return fault === 'cancelled' || fault === 'limit' ? fault : 'error';
}

/** Offers an answer whose tab is in the background or was closed. */
async function offerAnswer(
  { answers, reports }: Fathom,
  { question, body, document, report }: OfferedAnswer,
): Promise<void> {
  const show = 'Show Answer';
  const showReport = 'Show Report';
  const picked = await messages.showInformationMessage(
    `Answered: ${shorten(question, 80)}`,
    ...(report ? [showReport] : []),
    show,
  );
  if (picked === showReport) await reports.show();
  if (picked !== show) return;
  if (document?.isOpen) await document.reveal();
  else await answers.show({ question, body });
}

interface OfferedAnswer {
  readonly question: string;
  readonly body: string;
  /** Null if it was closed. */
  readonly document: AnswerDocument | null;
  /** Whether the run also wrote a report. */
  readonly report: boolean;
}
