import { basename } from 'node:path';
import type { Asker, Engine, EngineOutcome, Fault, RevisionList } from '../contract/engineContract';
import type { EngineQuestion } from '../contract/engineQuestion';
import { messageOf } from '../ground/fileFailure';
import { unlessAborted } from '../ground/unlessAborted';
import { type LanguageModel, ModelError, type ModelErrorKind } from '../models/languageModel';
import { usualPlaces } from '../models/localPlaces';
import { findLocalServers } from '../models/localServers';
import type { ModelAccess } from '../question/openModels';
import { kernelOptions, openQuestion } from '../question/openQuestion';
import { checkSandbox } from '../repl/checkSandbox';
import { KernelUnavailableError } from '../repl/kernel';
import { programSandbox } from '../repl/programSandbox';
import { DocumentError } from '../repository/documents/documentError';
import { openRepository } from '../repository/openRepository';
import { RepositoryError } from '../repository/repository';
import type { Assets } from '../rlm/assets';
import { LimitReachedError } from '../rlm/budget/limits';
import { NodeStops } from '../rlm/budget/nodeStops';
import { RunTime } from '../rlm/budget/runTime';
import { type Continuation, readPastRun, withOwnReport } from '../rlm/replay/pastRun';
import { recoverReport } from '../rlm/report/recoverReport';
import { prepareReportFolder, ReportFolderError } from '../rlm/report/reportFolder';
import { runQuestion } from '../rlm/runQuestion';
import { KeptSessions } from '../rlm/sessions/keptSessions';
import { readAbout, readWish } from '../trajectory/runHead';
import { listModels } from './listModels';

/** The editor's means to reach models. */
export type EditorAccess = Required<ModelAccess>;

/** How many conversations keep their kernels between questions, and how long. */
const kept = { most: 2, idleMs: 10 * 60_000 };

const secretAdvice = () => 'If this one may be, add it to the setting fathom.allowSecretFiles.';

/** What all questions share. */
interface Shared {
  readonly assets: Assets;
  readonly access: EditorAccess;
  readonly sessions: KeptSessions;
}

/** Answers questions in a process of its own, without `vscode`. */
export function createEngine(assets: Assets, access: EditorAccess): Engine {
  const sessions = new KeptSessions(kept);
  return {
    answer: (question, asker) => answer(question, asker, { assets, access, sessions }),
    listModels: (baseUrl, apiKey, signal) => listModels(baseUrl, apiKey, signal, access.fetch),
    localServers: (signal) => findLocalServers(usualPlaces, signal),
    revisions: (folders, signal) => revisions(folders, assets, signal),
    recoverReport,
    readAbout,
    readWish,
    // Checks all kernels, whatever the setting.
    checkSandbox: (wish, signal) =>
      checkSandbox({ ...kernelOptions(wish, assets), kernel: 'auto', signal }),
    dispose: () => sessions.dispose(),
  };
}

async function answer(
  question: EngineQuestion,
  { listener, unsaved, languageServers, signal, onStopNode }: Asker,
  { assets, access, sessions }: Shared,
): Promise<EngineOutcome> {
  const nodeStops = new NodeStops();
  const stopListening = onStopNode((node) => nodeStops.stop(node));
  let modelError: ModelErrorKind | null = null;
  const noting = (model: LanguageModel) =>
    notingErrors(model, (kind) => {
      modelError = kind;
    });
  const time = new RunTime(question.limits);
  const early = AbortSignal.any([signal, time.signal]);
  try {
    if (question.report !== null) await prepareReportFolder(question.logFolder);
    const editor = { ...access, unsaved: unsaved.all, languageServers };
    const reached = { assets, ...editor, secretAdvice, signal: early };
    await using opened = await unlessAborted(openQuestion(question, reached), early);
    const topic = topicOf(question);
    const session = await sessions.take(runBefore(question), topic);
    const continues = session.run === null ? await continuationOf(question) : null;
    const request = opened.request(listener);
    const result = await runQuestion({
      ...request,
      continues,
      time,
      signal,
      model: noting(request.model),
      subModel: noting(request.subModel),
      otherModels: (request.otherModels ?? []).map(noting),
      nodeStops,
      ...(question.subject.kind === 'documents' ? {} : { session }),
    }).finally(() => sessions.keep(session, topic));
    return { kind: 'finished', result, modelError };
  } catch (error) {
    return notStarted(error, signal);
  } finally {
    time.stop();
    stopListening();
  }
}

/** Equal for questions that may share a session: the same subject, in a kernel started in the same way. */
function topicOf({ subject, kernel }: EngineQuestion): string {
  // The documents may have changed since the kernel read them.
  return subject.kind === 'documents' ? '' : JSON.stringify([subject, kernel]);
}

/** The run that a question follows up on; null when there is none. */
function runBefore({ followUp }: EngineQuestion): string | null {
  return followUp === null ? null : basename(followUp, '.jsonl');
}

/** The run that a question continues, read from its log: for when its kernel is gone. */
async function continuationOf(question: EngineQuestion): Promise<Continuation | null> {
  const { followUp, resume, logFolder } = question;
  if (followUp === null) return null;
  // With its report only if nobody else can have written where that is.
  const { past } = withOwnReport(await readPastRun(followUp), followUp, logFolder, null);
  return { how: resume ? 'resume' : 'follow-up', past };
}

async function revisions(
  folders: readonly string[],
  { ripgrep }: Assets,
  signal: AbortSignal,
): Promise<RevisionList> {
  try {
    const repository = await openRepository(folders, {
      ripgrep,
      programs: { confine: programSandbox(folders) },
    });
    return { kind: 'listed', revisions: await repository.gitRevisions(signal) };
  } catch (error) {
    return { kind: 'unknown', reason: messageOf(error) };
  }
}

function notStarted(error: unknown, signal: AbortSignal): EngineOutcome {
  if (signal.aborted) {
    return { kind: 'not-started', fault: 'cancelled', reason: 'Cancelled.', modelError: null };
  }
  const reason = messageOf(error);
  if (error instanceof LimitReachedError) {
    return { kind: 'not-started', fault: 'limit', reason, modelError: null };
  }
  const modelError = error instanceof ModelError ? error.kind : null;
  return { kind: 'not-started', fault: faultOf(error), reason, modelError };
}

function faultOf(error: unknown): Fault {
  if (error instanceof ModelError) return 'model';
  if (error instanceof KernelUnavailableError) return 'kernel';
  if (error instanceof RepositoryError || error instanceof DocumentError) return 'repository';
  if (error instanceof ReportFolderError) return 'storage';
  return 'bug';
}

/** The same model, with `note` called for the kind of every error. */
function notingErrors(model: LanguageModel, note: (kind: ModelErrorKind) => void): LanguageModel {
  return {
    name: model.name,
    ...(model.id === undefined ? {} : { id: model.id }),
    offline: model.offline,
    get contextWindow() {
      return model.contextWindow;
    },
    price: (inputTokens, outputTokens) => model.price(inputTokens, outputTokens),
    async complete(messages, options) {
      try {
        return await model.complete(messages, options);
      } catch (error) {
        if (error instanceof ModelError) note(error.kind);
        throw error;
      }
    },
  };
}
