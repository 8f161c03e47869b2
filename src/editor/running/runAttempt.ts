import { ProgressLocation, window } from 'vscode';
import type { EngineOutcome } from '../../contract/engineContract';
import type { EngineQuestion } from '../../contract/engineQuestion';
import { messageOf } from '../../ground/fileFailure';
import type { KernelWish, ModelChoice } from '../../question/question';
import type { RunResult } from '../../rlm/request';
import { allOf } from '../../rlm/runListener';
import type { AnswerDocument } from '../answers/answerDocument';
import { workingText } from '../answers/answerText';
import type { Fathom } from '../fathom';
import { foldersOnDisk } from '../foldersOnDisk';
import type { Log } from '../log';
import { messages } from '../messages';
import { oneLine } from '../plainText';
import { readExcludes, readSettings } from '../settings';
import { shorten } from '../shorten';
import { excludesBelow } from './excludesBelow';
import type { QuestionAttempt } from './questionAttempt';
import type { RunFollower } from './runFollower';
import { RunProgress } from './runProgress';
import { unsavedTexts } from './unsavedTexts';

/** How often the elapsed time is updated, in ms. */
const tickMs = 1000;

/** What a run starts with, besides the question. */
export interface AttemptParts {
  readonly model: ModelChoice;
  readonly kernel: KernelWish;
  /** Shows the progress. */
  readonly document: AnswerDocument;
  readonly followers: readonly RunFollower[];
}

/** Asks the engine a question and waits for the outcome, under a notification with Cancel. */
export function runAttempt(
  fathom: Fathom,
  attempt: QuestionAttempt,
  { model, kernel, document, followers }: AttemptParts,
): Promise<EngineOutcome> {
  const { runs, engine, log, languageServers } = fathom;
  const { question } = attempt;
  const notification = {
    location: ProgressLocation.Notification,
    title: oneLine(`“${shorten(question, 60)}”`),
    cancellable: true,
  };
  return runs.track(async (run) =>
    window.withProgress(notification, async (notice, token) => {
      const startedAt = performance.now();
      const progress = new RunProgress(run.tree());
      let result: RunResult | null = null;
      let running = true;
      const show = () =>
        notice.report({ message: oneLine(progress.message(performance.now() - startedAt)) });
      const ticking = setInterval(show, tickMs);
      const cancelling = token.onCancellationRequested(run.stop);
      const own: RunFollower = {
        onEvent: (event) => {
          if (!progress.handle(event, run.tree())) return;
          show();
          document.update(workingText(progress.action, progress.words));
        },
        onLogError: (message) => void tellLogError(question, message, log),
        onNotice: (message) =>
          void tellNotice(message, { question, stop: run.stop, running: () => running }),
      };
      const all = [run, ...followers, own];
      show();
      try {
        const { answer } = await engine.get();
        const outcome = await answer(engineQuestion(fathom, attempt, model, kernel), {
          listener: allOf(all),
          unsaved: unsavedTexts,
          languageServers,
          signal: run.signal,
          onStopNode: run.onStopNode,
        });
        if (outcome.kind === 'finished') result = outcome.result;
        return outcome;
      } catch (error) {
        log.error('The question could not be answered.', error);
        const reason = messageOf(error);
        return { kind: 'not-started', fault: 'bug', reason, modelError: null };
      } finally {
        running = false;
        clearInterval(ticking);
        const isDone = result?.status === 'answered' || result?.status === 'limit';
        // The window is being closed, or the engine was killed.
        const isLeft = runs.isDisposed || (result === null && !run.signal.aborted);
        const how = isDone ? 'done' : isLeft ? 'left' : 'ended';
        run.onEnd();
        for (const { onEnd } of followers) await onEnd?.({ result, how });
        cancelling.dispose();
      }
    }),
  );
}

/** The question for the engine, with the settings. */
function engineQuestion(
  { runFolder, cacheFolder }: Fathom,
  { question, subject, followUp, resume = false, report }: QuestionAttempt,
  model: ModelChoice,
  kernel: KernelWish,
): EngineQuestion {
  const { limits, allowSecretFiles, maxFileSize, promptsFolder, directAnswers, cache } =
    readSettings();
  const folders = foldersOnDisk();
  return {
    question,
    followUp,
    resume,
    subject,
    report: report ?? null,
    reportFile: null,
    exclude: excludesBelow(readExcludes(folders), subject, folders.length > 1),
    model,
    kernel,
    limits,
    allowSecretFiles,
    maxFileSize,
    promptsFolder: promptsFolder || null,
    directAnswers,
    logFolder: runFolder,
    cacheFolder: cache ? cacheFolder : null,
  };
}

/** A run with something unusual to tell about. */
export interface NoticedRun {
  readonly question: string;
  readonly stop: () => void;
  /** Whether it still goes on. */
  readonly running: () => boolean;
}

/**
 * Shows something unusual about a run, for example that it costs far more than others, and lets the user stop
 * it. Resolves when the message is gone.
 */
export async function tellNotice(message: string, run: NoticedRun): Promise<void> {
  const stop = 'Stop';
  const name = shorten(run.question, 60);
  const picked = await messages.showWarningMessage(`“${name}”: ${message}`, stop);
  if (picked !== stop) return;
  if (run.running()) run.stop();
  else void messages.showInformationMessage(`“${name}” has ended already.`);
}

/** Says why the log of a run can't be written. It has a button, as messages without one are cut after a line. */
export async function tellLogError(question: string, message: string, log: Log): Promise<void> {
  const show = 'Show Log';
  const said = `“${shorten(question, 60)}”: ${message}`;
  if ((await messages.showWarningMessage(said, show)) === show) log.show();
}
