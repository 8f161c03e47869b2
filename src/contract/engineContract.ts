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

/** Whoever asks a question: what is asked of them, and what they are told, while it is answered. */
export interface Asker {
  readonly listener: RunListener;
  readonly unsaved: UnsavedTexts;
  readonly languageServers: LanguageServers;
  readonly signal: AbortSignal;
  /** Has a function told of each child or batch that a person stops. @returns what ends that. */
  readonly onStopNode: (stop: (node: NodeId) => void) => () => void;
}

/** Texts of editors that differ from the disk. */
export interface UnsavedTexts {
  /** By absolute path; asked whenever a file is looked at. */
  readonly all: () => ReadonlyMap<string, string>;
  /** Has a listener told when they may be others. @returns what ends that. */
  readonly onChange: (listener: () => void) => () => void;
}

/** What was at fault when a question was not answered. */
export type Fault = 'model' | 'kernel' | 'repository' | 'usage' | 'storage' | 'bug';

/** What came of a question. */
export type EngineOutcome =
  | {
      readonly kind: 'finished';
      readonly result: RunResult;
      /** What the model's endpoint complained about when the run ended in error. */
      readonly modelError: ModelErrorKind | null;
    }
  | {
      readonly kind: 'not-started';
      readonly fault: Fault | 'cancelled' | 'limit';
      readonly reason: string;
      readonly modelError: ModelErrorKind | null;
    };

/** What an endpoint said to `GET /models`. */
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

/** The part of Fathom that is started only when it is used. */
export interface Engine {
  /** Never rejects for what models, kernels or repositories do. */
  answer(question: EngineQuestion, asker: Asker): Promise<EngineOutcome>;
  /** Tests every kernel there could be. Rejects for the signal only. */
  checkSandbox(kernel: KernelWish, signal: AbortSignal): Promise<readonly SandboxReport[]>;
  /** Tags and recent commits of the repositories of these folders. Never rejects. */
  revisions(folders: readonly string[], signal: AbortSignal): Promise<RevisionList>;
  /** What a run was about, from its log; null when that does not say. Rejects when it can't be read. */
  readAbout(log: string): Promise<About | null>;
  /** How its report was to be, from its log; null when none was wanted. Rejects when it can't be read. */
  readWish(log: string): Promise<ReportWish | null>;
  /**
   * Completes the report of a run that was killed, from the file beside its log. @returns its path.
   * Rejects when that file is none.
   */
  recoverReport(sidePath: string): Promise<string>;
  /** Never rejects. */
  listModels(baseUrl: string, apiKey: string | null, signal: AbortSignal): Promise<ModelList>;
  /** Servers on this machine that list models on their usual ports. Never rejects. */
  localServers(signal: AbortSignal): Promise<readonly LocalServer[]>;
  /** Ends the kernels of conversations that were kept for another question. */
  dispose(): Promise<void>;
}
