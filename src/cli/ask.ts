import { join } from 'node:path';
import { openQuestion, promptFolders } from '../question/openQuestion';
import type { Question, QuestionSubject } from '../question/question';
import { defaultMaxFileSize } from '../repository/maxFileSize';
import { prepareReportFolder } from '../rlm/report/reportFolder';
import type { RunResult } from '../rlm/request';
import { runQuestion } from '../rlm/runQuestion';
import { harmless } from '../trajectory/drawable';
import { messageOf } from '../trajectory/fileFailure';
import { answerText } from './answerText';
import { type AskIo, write } from './askIo';
import { checkFolders } from './checkFolders';
import { tellSandbox } from './checkSandbox';
import { chooseModels } from './chooseModels';
import { documentSources, pipedIn } from './documents';
import { checkSubject, openEarlierRun } from './earlierRun';
import { exitStatus, statusOfError, statusOfResult } from './exitStatus';
import { footer } from './footer';
import { jsonOfFailure, jsonOfResult } from './jsonResult';
import { lookOf } from './look';
import { type AskOptions, parseOptions, wantsJson } from './options';
import { checkReportFile } from './reportFile';
import { questionOfTemplate } from './reportOptions';
import { startProgress } from './startProgress';
import { defaultCacheFolder, defaultLogFolder, defaultStateFolder } from './userFolders';

/**
 * The command `ask`: answers a question from the command line.
 * @param argv the arguments, without the program's name
 * @returns the exit status
 */
export async function ask(argv: readonly string[], io: AskIo): Promise<number> {
  const started = io.now();
  let result: RunResult;
  try {
    const options = parseOptions(argv, io.env, io.cwd);
    if ('help' in options) {
      await write(io.stdout, options.help);
      return exitStatus.answered;
    }
    if ('checkSandbox' in options) return await tellSandbox(options, io);
    result = await run(options, io);
  } catch (error) {
    return tellFailure(error, wantsJson(argv), io.now() - started, io);
  }
  await tellResult(result, wantsJson(argv), io);
  return statusOfResult(result);
}

async function run(options: AskOptions, io: AskIo): Promise<RunResult> {
  const models = chooseModels(options, io.env);
  const logFolder = options.logFolder ?? defaultLogFolder(io);
  const { followUp } = options;
  const continues =
    followUp === null ? null : await openEarlierRun(followUp, options.question, logFolder);
  const earlierReport = continues?.how === 'resume' ? continues.past.report : null;
  if (options.reportFile !== null && options.reportFile !== earlierReport?.path) {
    await checkReportFile(options.reportFile);
  } else if (options.reportFile === null && options.report !== null) {
    await prepareReportFolder(logFolder);
  }
  const usual =
    options.report &&
    (await questionOfTemplate(options.report, promptFolders(options.promptFolder, io.assets)));
  const question: Question = {
    question: options.question ?? continues?.past.question ?? usual ?? '',
    subject: await subjectOf(options),
    report: options.report,
    reportFile: options.reportFile,
    exclude: [],
    model: models.choice,
    kernel: {
      kernel: options.kernel,
      isolation: 'on',
      pythonPath: options.python,
      preferredPythons: [],
      stateFolder: defaultStateFolder(io),
    },
    limits: options.limits,
    allowSecretFiles: [],
    maxFileSize: defaultMaxFileSize,
    promptsFolder: options.promptFolder,
    directAnswers: true,
    logFolder,
    // With the logs where they are kept apart, so that two such folders know nothing of one another.
    cacheFolder: options.logFolder ? join(logFolder, 'cache') : defaultCacheFolder(io),
  };
  const { assets, stdin, signal } = io;
  await using opened = await openQuestion(question, {
    assets,
    stdin,
    secretAdvice: pipedIn,
    signal,
  });
  if (options.files.length === 0) await checkFolders(options.folders, io);
  const other = continues && checkSubject(continues, opened.subject, options.subjectNamed);
  const progress = startProgress(io, options);
  try {
    if (models.notice !== null) progress.note(models.notice);
    if (other !== null) progress.note(other);
    const request = opened.request({
      onEvent: progress.sink,
      // What was asked for, or what is best: not worth a line.
      onKernel: ({ message, kind }) => {
        if (options.kernel === 'auto' && kind === 'wasm') progress.note(message);
      },
      onNotice: (message) => progress.note(message),
      onLogError: (message) => progress.note(message),
    });
    return await runQuestion({ ...request, continues });
  } finally {
    progress.stop();
  }
}

async function subjectOf({ files, folders }: AskOptions): Promise<QuestionSubject> {
  if (files.length === 0) return { kind: 'workspace', folders };
  return { kind: 'documents', documents: await documentSources(files) };
}

async function tellResult(result: RunResult, json: boolean, io: AskIo): Promise<void> {
  const look = lookOf(io.stderr, io);
  if (json) {
    await write(io.stdout, jsonOfResult(result));
  } else if (result.answer !== '') {
    const between = io.stdout.isTTY ? '\n' : '';
    const text = answerText(result.answer, lookOf(io.stdout, io));
    await write(io.stdout, `${between}${text}${between}`);
  }
  if (result.status === 'error') {
    const whose = result.fault === 'bug' ? 'This is a bug in Fathom: ' : '';
    await write(io.stderr, `${look.bad(`ask: ${whose}${harmless(result.reason ?? '')}`)}\n`);
  }
  await write(io.stderr, footer(result, look));
}

async function tellFailure(
  error: unknown,
  json: boolean,
  durationMs: number,
  io: AskIo,
): Promise<number> {
  const cancelled = io.signal.aborted;
  const status = cancelled ? exitStatus.interrupted : statusOfError(error);
  const message = cancelled ? 'Cancelled.' : messageOf(error);
  if (json) {
    await write(io.stdout, jsonOfFailure(cancelled ? 'cancelled' : 'error', message, durationMs));
  }
  const look = lookOf(io.stderr, io);
  const text = cancelled ? look.warning(message) : look.bad(`ask: ${harmless(message)}`);
  await write(io.stderr, `${text}\n`);
  if (status === exitStatus.bug && error instanceof Error) {
    await write(io.stderr, `This is a bug in Fathom:\n${harmless(error.stack ?? '')}\n`);
  }
  return status;
}
