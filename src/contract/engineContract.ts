import type { ModelErrorKind } from '../models/languageModel';
import type { LocalServer } from '../models/localServers';
import type { KernelWish } from '../question/question';
import type { SandboxReport } from '../repl/sandboxReport';
import type { LanguageServers } from '../repository/language/languageServers';
import type { GitRevision } from '../repository/repository';
import type { ReportWish } from '../rlm/report/reportWish';
import type { RunResult } from '../rlm/request';
import type { RunListener } from '../rlm/runListener';
import type { About } from '../trajectory/about';
import type { NodeId } from '../trajectory/events';
import type { EngineQuestion } from './engineQuestion';

/** The side that asks a question: what the engine asks and tells it while the question is answered. */
export interface Asker {
  readonly listener: RunListener;
  readonly unsaved: UnsavedTexts;
  readonly languageServers: LanguageServers;
  readonly signal: AbortSignal;
  /** Calls `stop` with each child or batch that a person stops. @returns a function that ends that. */
  readonly onStopNode: (stop: (node: NodeId) => void) => () => void;
}

/** Texts of editors that differ from the disk. */
export interface UnsavedTexts {
  /** By absolute path; called whenever a file is looked at. */
  readonly all: () => ReadonlyMap<string, string>;
  /** Calls the listener when they may have changed. @returns a function that ends that. */
  readonly onChange: (listener: () => void) => () => void;
}

/** What was at fault when a question was not answered. */
export type Fault = 'model' | 'kernel' | 'repository' | 'usage' | 'storage' | 'bug';

/** How a question ended. */
export type EngineOutcome =
  | {
      readonly kind: 'finished';
      readonly result: RunResult;
      /** The kind of the model's last error, if the run ended in error. */
      readonly modelError: ModelErrorKind | null;
    }
  | {
      readonly kind: 'not-started';
      readonly fault: Fault | 'cancelled' | 'limit';
      readonly reason: string;
      readonly modelError: ModelErrorKind | null;
    };

/** An endpoint's reply to `GET /models`. */
export type ModelList =
  | { readonly kind: 'listed'; readonly names: readonly string[] }
  | { readonly kind: 'refused' }
  /** `reason` is for people. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** The revisions that Git knows. */
export type RevisionList =
  | { readonly kind: 'listed'; readonly revisions: readonly GitRevision[] }
  /** `reason` is for people. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** The part of Fathom that starts with the first question. */
export interface Engine {
  /** Never rejects for what models, kernels or repositories do. */
  answer(question: EngineQuestion, asker: Asker): Promise<EngineOutcome>;
  /** Tests every kind of kernel. Rejects only when the signal aborts. */
  checkSandbox(kernel: KernelWish, signal: AbortSignal): Promise<readonly SandboxReport[]>;
  /** Tags and recent commits of the repositories of these folders. Never rejects. */
  revisions(folders: readonly string[], signal: AbortSignal): Promise<RevisionList>;
  /** What a run was about, from its log; null when the log does not say. Rejects when it can't be read. */
  readAbout(log: string): Promise<About | null>;
  /** The wish for a run's report, from its log; null when there was none. Rejects when it can't be read. */
  readWish(log: string): Promise<ReportWish | null>;
  /**
   * Completes the report of a killed run from the file beside its log. @returns the report's path.
   * Rejects when that is not such a file.
   */
  recoverReport(sidePath: string): Promise<string>;
  /** Never rejects. */
  listModels(baseUrl: string, apiKey: string | null, signal: AbortSignal): Promise<ModelList>;
  /** Servers on this machine that list models on their usual ports. Never rejects. */
  localServers(signal: AbortSignal): Promise<readonly LocalServer[]>;
  /** Ends the kernels of conversations that were kept for another question. */
  dispose(): Promise<void>;
}
