import { access, constants, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessAborted } from '../ground/unlessAborted';
import { findLocalServers } from '../models/localServers';
import { openQuestion, promptFolders } from '../question/openQuestion';
import type { Question, QuestionSubject } from '../question/question';
import { reasonOf } from '../repository/documents/fileErrors';
import { defaultMaxFileSize } from '../repository/text/maxFileSize';
import type { RunTime } from '../rlm/budget/runTime';
import { PromptError } from '../rlm/prompts/prompts';
import { prepareReportFolder } from '../rlm/report/reportFolder';
import {
  findReportTemplate,
  loadReportTemplates,
  needsRevisions,
  withRevisions,
} from '../rlm/report/reportTemplates';
import type { ReportWish } from '../rlm/report/reportWish';
import type { RunResult } from '../rlm/request';
import { runQuestion } from '../rlm/runQuestion';
import type { AskIo } from './askIo';
import { chooseModels } from './chooseModels';
import { documentSources, pipedIn } from './documents';
import { checkSubject, openEarlierRun } from './earlierRun';
import { SetupError, UsageError } from './exitStatus';
import { localServerNotice } from './localServerNotice';
import type { AskOptions } from './options';
import { PlainProgress } from './plainProgress';
import type { Progress } from './progress';
import { checkReportFile } from './reportFile';
import { defaultCacheFolder, defaultLogFolder, defaultStateFolder } from './userFolders';

/**
 * Answers the question of a command line and shows the progress.
 * @throws when the run can't begin; `statusOfError` knows the errors.
 */
export async function runAsk(options: AskOptions, io: AskIo, time: RunTime): Promise<RunResult> {
  const early = AbortSignal.any([io.signal, time.signal]);
  const models = chooseModels(options, io.env);
  const local = findLocalServers(models.unconfigured ? io.localPlaces : [], early);
  const logFolder = options.logFolder ?? defaultLogFolder(io);
  const { followUp } = options;
  const went =
    followUp === null
      ? null
      : await openEarlierRun(followUp, options.question, logFolder, options.reportFile);
  const continues = went?.continues ?? null;
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
      outside: options.folders,
      stateFolder: defaultStateFolder(io),
    },
    limits: options.limits,
    allowSecretFiles: [],
    maxFileSize: defaultMaxFileSize,
    promptsFolder: options.promptFolder,
    directAnswers: true,
    logFolder,
    // In a log folder of the user's choice, so that two such folders share nothing.
    cacheFolder: options.logFolder ? join(logFolder, 'cache') : defaultCacheFolder(io),
  };
  const { assets, stdin } = io;
  const access = { assets, stdin, secretAdvice: pipedIn, signal: early };
  await using opened = await unlessAborted(openQuestion(question, access), early);
  if (options.files.length === 0) await checkFolders(options.folders, io);
  const other = continues && checkSubject(continues, opened.subject, options.subjectNamed);
  const progress = await startProgress(io, options);
  try {
    if (models.notice !== null) progress.note(models.notice);
    for (const server of await local) progress.note(localServerNotice(server));
    if (other !== null) progress.note(other);
    if (went?.notice) progress.note(went.notice);
    const request = opened.request({
      onEvent: progress.sink,
      // A kernel that was asked for, or the best one, is not worth a line.
      onKernel: ({ message, kind }) => {
        if (options.kernel === 'auto' && kind === 'wasm') progress.note(message);
      },
      onNotice: (message) => progress.note(message),
      onLogError: (message) => progress.note(message),
    });
    return await runQuestion({ ...request, continues, time, signal: io.signal });
  } finally {
    progress.stop();
  }
}

async function subjectOf({ files, folders }: AskOptions): Promise<QuestionSubject> {
  if (files.length === 0) return { kind: 'workspace', folders };
  return { kind: 'documents', documents: await documentSources(files) };
}

/**
 * Checks that there is something to ask about in the folders.
 * @throws {UsageError} when all of them are empty
 * @throws {SetupError} when ripgrep is missing
 */
async function checkFolders(
  folders: readonly string[],
  { assets: { ripgrep } }: AskIo,
): Promise<void> {
  if ((await Promise.all(folders.map(isEmpty))).every((empty) => empty)) {
    throw new UsageError(`There is nothing to ask about: ${folders.join(', ')} is empty.`);
  }
  await access(ripgrep, constants.X_OK).catch((error: unknown) => {
    throw new SetupError(
      `ripgrep, which lists and searches the repository, can't be used: ${ripgrep}: ${reasonOf(error)}. Install and build Fathom again: that puts it there.`,
    );
  });
}

/** A folder with nothing but Git's data counts as empty. */
async function isEmpty(folder: string): Promise<boolean> {
  for await (const entry of await opendir(folder)) {
    if (entry.name !== '.git') return false;
  }
  return true;
}

/** A live tree on a terminal that can draw one, plain lines otherwise. */
export async function startProgress(
  io: AskIo,
  { limits }: Pick<AskOptions, 'limits'>,
): Promise<Progress> {
  const terminal = io.stderr.isTTY === true && io.env.TERM !== 'dumb';
  if (!terminal) return new PlainProgress(io);
  // It knows how wide every character is, which takes a while to load.
  const { LiveProgress } = await import('./liveProgress');
  return new LiveProgress(io, limits);
}

/**
 * The question of the command line's template; null when it has none.
 * @throws {UsageError} when there is no such template, or it lacks its revisions.
 */
export async function questionOfTemplate(
  { template, revisions }: ReportWish,
  promptFolders: readonly string[],
): Promise<string | null> {
  if (template === null) return null;
  try {
    const found = findReportTemplate(await loadReportTemplates(promptFolders), template);
    if (needsRevisions(found) && revisions === null) {
      throw new UsageError(
        `The report template "${template}" is about two revisions: name them with --revisions FROM..TO.`,
      );
    }
    return withRevisions(found.question, revisions);
  } catch (error) {
    throw error instanceof PromptError ? new UsageError(error.message) : error;
  }
}
