import { ProgressLocation, type Uri, window } from 'vscode';
import type { EngineOutcome } from '../../contract/engineContract';
import type { EngineQuestion } from '../../contract/engineQuestion';
import type { KernelWish, ModelChoice } from '../../question/question';
import type { RunResult, RunStatus } from '../../rlm/request';
import { allOf } from '../../rlm/runListener';
import type { AnswerDocument } from '../answers/answerDocument';
import { finishedText, notStartedText, workingText } from '../answers/answerText';
import type { Fathom } from '../fathom';
import { foldersOnDisk } from '../foldersOnDisk';
import type { Log } from '../log';
import { deliverReport, tellNotDelivered } from '../report/delivery/deliverReport';
import { markUnfinished } from '../report/unfinished/markUnfinished';
import { excludesBelow } from '../running/excludesBelow';
import { offerRemedies } from '../running/offerRemedies';
import type { QuestionAttempt } from '../running/questionAttempt';
import { showRunNotice } from '../running/runNotice';
import { RunProgress } from '../running/runProgress';
import { unsavedTexts } from '../running/unsavedTexts';
import { foldersToAskAbout, workspaceSubject } from '../running/workspaceFolders';
import { readExcludes, readSettings } from '../settings';
import { shorten } from '../shorten';
import { inputQuestion } from './questionInput';

/** What the command returns to whoever ran it. */
export interface Asked {
  readonly status: RunStatus;
  /** The document with the answer. */
  readonly document: Uri;
}

/** How often the elapsed time is shown anew, in milliseconds. */
const tickMs = 1000;

/**
 * The command `fathom.askRepository`: a question about the open folders, answered in a new document.
 * @param argument `{question}` asks that without the input box.
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

/** Asks with the model of the settings; the first time, the user chooses one. */
export async function askWithModel(
  fathom: Fathom,
  attempt: QuestionAttempt,
): Promise<Asked | undefined> {
  const model = await fathom.models.choose();
  return model ? answer(fathom, attempt, model) : undefined;
}

/** The question in a command's argument, if there is one. */
export function questionIn(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null || !('question' in argument)) return null;
  return typeof argument.question === 'string' ? argument.question.trim() || null : null;
}

/** Runs a question to its end and shows what came of it. */
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
  const outcome = await run(fathom, attempt, { model, kernel }, document);
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
  await deliver(outcome, attempt);
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

/** The run itself, under a notification with Cancel. */
function run(
  fathom: Fathom,
  attempt: QuestionAttempt,
  { model, kernel }: { readonly model: ModelChoice; readonly kernel: KernelWish },
  document: AnswerDocument,
): Promise<EngineOutcome> {
  const { runs, engine, log, liveRuns, reports, languageServers } = fathom;
  const { question } = attempt;
  const notification = {
    location: ProgressLocation.Notification,
    title: `“${shorten(question, 60)}”`,
    cancellable: true,
  };
  return runs.track(async (controller) =>
    window.withProgress(notification, async (notice, token) => {
      const startedAt = performance.now();
      const logEvent = log.runSink();
      const shown = liveRuns.begin(controller);
      const progress = new RunProgress(shown.tree());
      const report = reports.begin(question);
      const mark = markUnfinished(fathom, attempt);
      let result: RunResult | null = null;
      let running = true;
      const show = () =>
        notice.report({ message: progress.message(performance.now() - startedAt) });
      const ticking = setInterval(show, tickMs);
      const cancelling = token.onCancellationRequested(() => controller.abort());
      show();
      try {
        const { answer } = await engine.get();
        const listener = allOf([
          { onEvent: logEvent },
          { onEvent: shown.sink },
          report,
          mark,
          {
            onEvent: (event) => {
              if (!progress.handle(event, shown.tree())) return;
              show();
              document.update(workingText(progress.action, progress.words));
            },
            onKernel: ({ message }) => log.info(message),
            onLogError: (message) => {
              log.warn(message);
              void tellLogError(`“${shorten(question, 60)}”: ${message}`, log);
            },
            onNotice: (message) => {
              log.warn(message);
              void showRunNotice(message, { question, controller, running: () => running });
            },
          },
        ]);
        const outcome = await answer(engineQuestion(fathom, attempt, { model, kernel }), {
          listener,
          unsaved: unsavedTexts,
          languageServers,
          signal: controller.signal,
          onStopNode: shown.onStopNode,
        });
        if (outcome.kind === 'finished') result = outcome.result;
        return outcome;
      } catch (error) {
        log.error('The question could not be answered.', error);
        const reason = error instanceof Error ? error.message : String(error);
        return { kind: 'not-started', fault: 'bug', reason, modelError: null };
      } finally {
        running = false;
        clearInterval(ticking);
        shown.end();
        report.end(result?.report ?? null);
        const isDone = result?.status === 'answered' || result?.status === 'limit';
        // The window is being closed, or the engine was killed.
        const isLeft = runs.isDisposed || (result === null && !controller.signal.aborted);
        await mark.end(isDone ? 'done' : isLeft ? 'left' : 'ended');
        cancelling.dispose();
      }
    }),
  );
}

/** All that the engine is to know. */
function engineQuestion(
  { runFolder, cacheFolder }: Fathom,
  { question, subject, followUp, resume = false, report }: QuestionAttempt,
  { model, kernel }: { readonly model: ModelChoice; readonly kernel: KernelWish },
): EngineQuestion {
  const { limits, allowSecretFiles, maxFileSize, promptsFolder, directAnswers, cache } =
    readSettings();
  const folders = foldersOnDisk();
  return {
    question,
    followUp,
    resume,
    subject,
    report: report?.wish ?? null,
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

/** With a button: a message without one is cut after a line. */
async function tellLogError(message: string, log: Log): Promise<void> {
  const show = 'Show Log';
  if ((await window.showWarningMessage(message, show)) === show) log.show();
}

/**
 * A report that was broken off, or is not whole, stays in its document: it replaces nothing, and is put
 * after nothing.
 */
async function deliver(outcome: EngineOutcome, { report: wanted }: QuestionAttempt): Promise<void> {
  if (!wanted || outcome.kind !== 'finished') return;
  const { status, report } = outcome.result;
  const { target } = wanted;
  if (!report || target.kind === 'document') return;
  if (status !== 'answered' && status !== 'limit') return;
  if (report.problem === null) await deliverReport({ kind: 'file', path: report.path }, target);
  else tellNotDelivered(target);
}

function statusOf(outcome: EngineOutcome): RunStatus {
  if (outcome.kind === 'finished') return outcome.result.status;
  return outcome.fault === 'cancelled' ? 'cancelled' : 'error';
}

/** For an answer that nobody is looking at: its tab is in the background or was closed. */
async function offerAnswer(
  { answers, reports }: Fathom,
  { question, body, document, report }: OfferedAnswer,
): Promise<void> {
  const show = 'Show Answer';
  const showReport = 'Show Report';
  const picked = await window.showInformationMessage(
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
  /** Null when it was closed. */
  readonly document: AnswerDocument | null;
  /** Whether the run wrote a report, too. */
  readonly report: boolean;
}
