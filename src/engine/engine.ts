import { basename } from 'node:path';
import type {
  Asker,
  Engine,
  EngineOutcome,
  EngineQuestion,
  KernelWish,
  ModelChoice,
  RevisionList,
} from '../contract/engineContract';
import type { Fault } from '../contract/fault';
import { type LanguageModel, ModelError, type ModelErrorKind } from '../models/languageModel';
import { checkSandbox } from '../repl/checkSandbox';
import { KernelUnavailableError } from '../repl/kernel';
import { lateKernels } from '../repl/lateKernels';
import { selectKernels } from '../repl/selectKernel';
import { DocumentError } from '../repository/documents/documentError';
import { openRepository } from '../repository/openRepository';
import { RepositoryError } from '../repository/repository';
import { type Assets, bundledAssets } from '../rlm/assets';
import { KeptSessions } from '../rlm/keptSessions';
import { NodeStops } from '../rlm/nodeStops';
import { readPastRun } from '../rlm/pastRun';
import { recoverReport } from '../rlm/report/recoverReport';
import { prepareReportFolder, ReportFolderError } from '../rlm/report/reportFolder';
import { runQuestion } from '../rlm/runQuestion';
import { fathomVersion } from '../rlm/version';
import { readAbout } from '../trajectory/readAbout';
import { listModels } from './listModels';
import { type EditorAccess, openModels } from './openModels';
import { openSubject } from './openSubject';

/** Conversations that keep their kernels between two questions. */
const kept = { most: 2, idleMs: 10 * 60_000 };

/** Everything below the editor. It runs in a process of its own, and knows no `vscode`. */
export function createEngine(access: EditorAccess): Engine {
  const sessions = new KeptSessions(kept);
  return {
    answer: (question, asker) => answer(question, asker, { sessions, access }),
    listModels: (baseUrl, apiKey, signal) => listModels(baseUrl, apiKey, signal, access.fetch),
    revisions,
    recoverReport,
    readAbout,
    // All kernels, whatever the setting: that is what a check is for.
    checkSandbox: (wish, dist, signal) =>
      checkSandbox({ ...kernelOptions(wish, bundledAssets(dist)), kernel: 'auto', signal }),
    dispose: () => sessions.dispose(),
  };
}

async function answer(
  question: EngineQuestion,
  asker: Asker,
  { sessions, access }: { readonly sessions: KeptSessions; readonly access: EditorAccess },
): Promise<EngineOutcome> {
  const nodeStops = new NodeStops();
  const { listener, signal } = asker;
  const stopListening = asker.onStopNode((node) => nodeStops.stop(node));
  let modelError: ModelErrorKind | null = null;
  const noting = (model: LanguageModel) =>
    notingErrors(model, (kind) => {
      modelError = kind;
    });
  try {
    if (question.report !== null) await prepareReportFolder(question.logFolder);
    const assets = bundledAssets(question.dist);
    const { root, sub, others } = await openModels(question.model, access);
    const { kernel, stateFolder } = question.kernel;
    const kernels = selectKernels({
      ...kernelOptions(question.kernel, assets),
      kernel,
      stateFolder,
      version: fathomVersion,
      onChoice: (message, kind) => listener.onKernel({ message, kind }),
      signal,
    });
    await using opened = await openSubject(question, asker, assets);
    const topic = topicOf(question);
    const session = await sessions.take(runBefore(question), topic);
    const continues =
      question.followUp === null || session.run !== null
        ? null
        : {
            how: question.resume ? ('resume' as const) : ('follow-up' as const),
            past: await readPastRun(question.followUp),
          };
    const result = await runQuestion({
      question: question.question,
      continues,
      subject: opened.subject,
      model: noting(root),
      subModel: noting(sub),
      otherModels: others.map(noting),
      kernels: lateKernels(kernels),
      limits: question.limits,
      direct: question.directAnswers ? 'auto' : 'never',
      promptFolders: [assets.prompts, ...(question.promptsFolder ? [question.promptsFolder] : [])],
      logFolder: question.logFolder,
      cacheFolder: question.cacheFolder,
      secrets: secretsOf(question.model),
      report: question.report,
      ...listener,
      signal,
      nodeStops,
      ...(question.subject.kind === 'documents' ? {} : { session }),
    }).finally(() => sessions.keep(session, topic));
    return { kind: 'finished', result, modelError };
  } catch (error) {
    return notStarted(error, signal);
  } finally {
    stopListening();
  }
}

/** A session is gone on with only about the same, in a kernel that would be started in the same way. */
function topicOf({ subject, kernel }: EngineQuestion): string {
  // A kernel has documents as they were: they may have changed.
  return subject.kind === 'documents' ? '' : JSON.stringify([subject, kernel]);
}

/** The run that a question follows up on; null when it follows none. */
function runBefore({ followUp }: EngineQuestion): string | null {
  return followUp === null ? null : basename(followUp, '.jsonl');
}

async function revisions(
  folders: readonly string[],
  dist: string,
  signal: AbortSignal,
): Promise<RevisionList> {
  try {
    const { ripgrep } = bundledAssets(dist);
    const repository = await openRepository(folders, { ripgrep });
    return { kind: 'listed', revisions: await repository.gitRevisions(signal) };
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Where the kernels of that wish are to be had. */
function kernelOptions({ isolation, pythonPath, preferredPythons }: KernelWish, assets: Assets) {
  return {
    python: pythonPath || null,
    preferredPythons,
    isolation,
    runtimeFolder: assets.python,
  };
}

function notStarted(error: unknown, signal: AbortSignal): EngineOutcome {
  if (signal.aborted) {
    return { kind: 'not-started', fault: 'cancelled', reason: 'Cancelled.', modelError: null };
  }
  const reason = error instanceof Error ? error.message : String(error);
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

function secretsOf(choice: ModelChoice): readonly string[] {
  return choice.kind === 'named' && choice.apiKey !== null ? [choice.apiKey] : [];
}

/** The same model; `note` learns what kind of error ended its last call that failed. */
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
