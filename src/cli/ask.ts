import { join } from 'node:path';
import { unlessAborted } from '../ground/unlessAborted';
import { lateKernels } from '../repl/lateKernels';
import { selectKernels } from '../repl/selectKernel';
import { LimitReachedError } from '../rlm/budget/limits';
import { RunTime } from '../rlm/budget/runTime';
import { prepareReportFolder } from '../rlm/report/reportFolder';
import type { RunResult } from '../rlm/request';
import { runQuestion } from '../rlm/runQuestion';
import { fathomVersion } from '../rlm/version';
import { harmless } from '../trajectory/drawable';
import { messageOf } from '../trajectory/fileFailure';
import { answerText } from './answerText';
import { type AskIo, write } from './askIo';
import { tellSandbox } from './checkSandbox';
import { chooseModels } from './chooseModels';
import { checkSubject, openEarlierRun } from './earlierRun';
import { exitStatus, statusOfError, statusOfResult } from './exitStatus';
import { footer } from './footer';
import { jsonOfFailure, jsonOfResult } from './jsonResult';
import { lookOf } from './look';
import { type AskOptions, parseOptions, wantsJson } from './options';
import { checkReportFile } from './reportFile';
import { questionOfTemplate } from './reportOptions';
import { startProgress } from './startProgress';
import { openSubject } from './subject';
import { defaultCacheFolder, defaultLogFolder, defaultStateFolder } from './userFolders';

/**
 * The command `ask`: answers a question from the command line.
 * @param argv the arguments, without the program's name
 * @returns the exit status
 */
export async function ask(argv: readonly string[], io: AskIo): Promise<number> {
  const started = io.now();
  let result: RunResult;
  let time: RunTime | null = null;
  try {
    const options = parseOptions(argv, io.env, io.cwd);
    if ('help' in options) {
      await write(io.stdout, options.help);
      return exitStatus.answered;
    }
    if ('checkSandbox' in options) return await tellSandbox(options, io);
    time = new RunTime(options.limits);
    result = await run(options, io, time);
  } catch (error) {
    return tellFailure(error, wantsJson(argv), io.now() - started, io);
  } finally {
    time?.stop();
  }
  await tellResult(result, wantsJson(argv), io);
  return statusOfResult(result);
}

async function run(options: AskOptions, io: AskIo, time: RunTime): Promise<RunResult> {
  const early = AbortSignal.any([io.signal, time.signal]);
  const models = chooseModels(options, io.env);
  const logFolder = options.logFolder ?? defaultLogFolder(io);
  const { question, followUp } = options;
  const went =
    followUp === null
      ? null
      : await openEarlierRun(followUp, question, logFolder, options.reportFile);
  const continues = went?.continues ?? null;
  const earlierReport = continues?.how === 'resume' ? continues.past.report : null;
  if (options.reportFile !== null && options.reportFile !== earlierReport?.path) {
    await checkReportFile(options.reportFile);
  } else if (options.reportFile === null && options.report !== null) {
    await prepareReportFolder(logFolder);
  }
  const promptFolders = [
    io.assets.prompts,
    ...(options.promptFolder ? [options.promptFolder] : []),
  ];
  const usual = options.report && (await questionOfTemplate(options.report, promptFolders));
  await using opened = await unlessAborted(openSubject(options, { ...io, signal: early }), early);
  const other = continues && checkSubject(continues, opened.subject, options.subjectNamed);
  const progress = startProgress(io, options);
  const kernels = selectKernels({
    kernel: options.kernel,
    python: options.python,
    outside: options.folders,
    runtimeFolder: io.assets.python,
    stateFolder: defaultStateFolder(io),
    version: fathomVersion,
    // What was asked for, or what is best: not worth a line.
    onChoice: (message, kind) => {
      if (options.kernel === 'auto' && kind === 'wasm') progress.note(message);
    },
    signal: early,
  });
  try {
    if (models.notice !== null) progress.note(models.notice);
    if (other !== null) progress.note(other);
    if (went?.notice) progress.note(went.notice);
    return await runQuestion({
      question: question ?? continues?.past.question ?? usual ?? '',
      continues,
      subject: opened.subject,
      model: models.model,
      subModel: models.subModel,
      otherModels: models.otherModels,
      kernels: lateKernels(kernels),
      limits: options.limits,
      time,
      promptFolders,
      logFolder,
      // With the logs where they are kept apart, so that two such folders know nothing of one another.
      cacheFolder: options.logFolder ? join(logFolder, 'cache') : defaultCacheFolder(io),
      reportFile: options.reportFile,
      report: options.report,
      secrets: models.secrets,
      onEvent: progress.sink,
      onLogError: (message) => progress.note(message),
      onNotice: (message) => progress.note(message),
      signal: io.signal,
    });
  } finally {
    progress.stop();
  }
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
  const limit = error instanceof LimitReachedError;
  const status = cancelled ? exitStatus.interrupted : statusOfError(error);
  const message = cancelled ? 'Cancelled.' : messageOf(error);
  if (json) {
    const what = cancelled ? 'cancelled' : limit ? 'limit' : 'error';
    await write(io.stdout, jsonOfFailure(what, message, durationMs));
  }
  const look = lookOf(io.stderr, io);
  const text = cancelled || limit ? look.warning(message) : look.bad(`ask: ${harmless(message)}`);
  await write(io.stderr, `${text}\n`);
  if (status === exitStatus.bug && error instanceof Error) {
    await write(io.stderr, `This is a bug in Fathom:\n${harmless(error.stack ?? '')}\n`);
  }
  return status;
}
