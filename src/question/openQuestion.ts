import { lateKernels } from '../repl/lateKernels';
import { type SelectKernelOptions, selectKernels } from '../repl/selectKernel';
import type { Assets } from '../rlm/assets';
import type { RunRequest } from '../rlm/request';
import { allOf, type RunListener } from '../rlm/runListener';
import type { Subject } from '../rlm/subject/subject';
import { fathomVersion } from '../rlm/version';
import { type ModelAccess, openModels } from './openModels';
import { openSubject, type SubjectAccess } from './openSubject';
import type { KernelWish, ModelChoice, Question } from './question';

/** What a program passes to open a question. */
export interface QuestionAccess extends ModelAccess, SubjectAccess {
  readonly assets: Assets;
  readonly signal: AbortSignal;
}

/** A question with its opened models and subject, until it is disposed. */
export interface OpenedQuestion extends AsyncDisposable {
  readonly subject: Subject;
  /** The request for a run, with its listener. Starts to choose the kernels. */
  request(listener: Partial<RunListener>): RunRequest;
}

/**
 * Opens the models and the subject of a question. The caller disposes the result.
 * @throws {ModelError} when a model is not available.
 * @throws {RepositoryError} when a folder can't be used.
 * @throws {DocumentError} when a document can't be read, or is secret.
 */
export async function openQuestion(
  question: Question,
  access: QuestionAccess,
): Promise<OpenedQuestion> {
  const { assets, signal } = access;
  const { root, sub, others } = await openModels(question.model, access);
  const opened = await openSubject(question, access);
  const { subject } = opened;
  const request = (listener: Partial<RunListener>): RunRequest => ({
    ...allOf([listener]),
    question: question.question,
    subject,
    model: root,
    subModel: sub,
    otherModels: others,
    kernels: lateKernels(
      selectKernels({
        ...kernelOptions(question.kernel, assets),
        version: fathomVersion,
        onChoice: (message, kind) => listener.onKernel?.({ message, kind }),
        signal,
      }),
    ),
    limits: question.limits,
    direct: question.directAnswers ? 'auto' : 'never',
    promptFolders: promptFolders(question.promptsFolder, assets),
    logFolder: question.logFolder,
    cacheFolder: question.cacheFolder,
    secrets: secretsOf(question.model),
    report: question.report,
    reportFile: question.reportFile,
    signal,
  });
  return { subject, request, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

/** The options that choose kernels as wished. */
export function kernelOptions(
  { pythonPath, kernel, isolation, preferredPythons, outside, stateFolder }: KernelWish,
  assets: Assets,
): Omit<SelectKernelOptions, 'signal'> {
  return {
    kernel,
    python: pythonPath,
    preferredPythons,
    outside,
    isolation,
    stateFolder,
    runtimeFolder: assets.python,
  };
}

/** The folder of Fathom's own prompts, then the folder of those that replace them. */
export function promptFolders(own: string | null, { prompts }: Assets): readonly string[] {
  return own === null ? [prompts] : [prompts, own];
}

function secretsOf(choice: ModelChoice): readonly string[] {
  return choice.kind === 'named' && choice.apiKey !== null ? [choice.apiKey] : [];
}
