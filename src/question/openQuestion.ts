import { lateKernels } from '../repl/lateKernels';
import { type SelectKernelOptions, selectKernels } from '../repl/selectKernel';
import type { Assets } from '../rlm/assets';
import type { RunRequest } from '../rlm/request';
import { allOf, type ChosenKernel, type RunListener } from '../rlm/runListener';
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
  /** What a run is to do, and who is told of it. */
  request(listener: Partial<RunListener>): RunRequest;
}

/**
 * Opens what a question names, and begins to choose the kernels; it is the caller's to dispose.
 * @throws {ModelError} when a model can't be had.
 * @throws {RepositoryError} when a folder can't be used.
 * @throws {DocumentError} when a document can't be read, or is secret.
 */
export async function openQuestion(
  question: Question,
  access: QuestionAccess,
): Promise<OpenedQuestion> {
  const { assets, signal } = access;
  await using opening = new AsyncDisposableStack();
  const unused = new AbortController();
  opening.defer(() => unused.abort());
  const { kernels, chosen, underWay } = chooseKernels(
    question.kernel,
    assets,
    AbortSignal.any([signal, unused.signal]),
  );
  const { subject } = opening.use(await openSubject(question, access));
  // Python is started before this process is busy loading what talks to models.
  await underWay;
  const { root, sub, others } = await openModels(question.model, access);
  const request = (listener: Partial<RunListener>): RunRequest => {
    void chosen.then((kernel) => listener.onKernel?.(kernel));
    return {
      ...allOf([listener]),
      question: question.question,
      subject,
      model: root,
      subModel: sub,
      otherModels: others,
      kernels,
      limits: question.limits,
      direct: question.directAnswers ? 'auto' : 'never',
      promptFolders: promptFolders(question.promptsFolder, assets),
      logFolder: question.logFolder,
      cacheFolder: question.cacheFolder,
      secrets: secretsOf(question.model),
      report: question.report,
      reportFile: question.reportFile,
      signal,
    };
  };
  const opened = opening.move();
  return { subject, request, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/**
 * Begins to choose the kernels of a run. `chosen` tells which those are; never, when there are none.
 * `underWay` settles when the choice is made, or waits for other processes.
 */
function chooseKernels(wish: KernelWish, assets: Assets, signal: AbortSignal) {
  const { promise: chosen, resolve: onChoice } = Promise.withResolvers<ChosenKernel>();
  const { promise: waits, resolve: onWait } = Promise.withResolvers<void>();
  const choice = selectKernels({
    ...kernelOptions(wish, assets),
    version: fathomVersion,
    onWait,
    onChoice: (message, kind) => onChoice({ message, kind }),
    signal,
  });
  const settled = choice.then(
    () => undefined,
    () => undefined,
  );
  return { kernels: lateKernels(choice), chosen, underWay: Promise.race([waits, settled]) };
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
