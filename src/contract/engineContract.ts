import type { ModelErrorKind } from '../models/languageModel';
import type { SandboxReport } from '../repl/sandboxReport';
import type { LanguageServers } from '../repository/languageServers';
import type { GitRevision } from '../repository/repository';
import type { Limits, ReportWish, RunResult } from '../rlm/request';
import type { RunListener } from '../rlm/runListener';
import type { About } from '../trajectory/about';
import type { NodeId } from '../trajectory/events';
import type { Fault } from './fault';
import type { Isolation, KernelChoice } from './kernelChoice';
import type { QuestionSubject } from './questionSubject';

/** The language models that a question is put to. */
export type ModelChoice =
  | { readonly kind: 'offline' }
  | {
      readonly kind: 'named';
      /** Of the endpoint; empty is OpenAI's. */
      readonly baseUrl: string;
      /** One of the endpoint, or one that VS Code has (`chatModelName`), like all models here. */
      readonly model: string;
      /** Empty is the same as `model`. */
      readonly subModel: string;
      /** What code may name in a sub-call besides these two. */
      readonly otherModels: readonly string[];
      /** For the endpoint; null when it needs none, or none of the models is there. */
      readonly apiKey: string | null;
    };

/** What should run the code of models. */
export interface KernelWish {
  readonly kernel: KernelChoice;
  /** `off`: a native kernel may do all that the user may. Only after a warning. */
  readonly isolation: Isolation;
  /** Path of the interpreter that the user chose; empty means the first one found. */
  readonly pythonPath: string;
  /** Interpreters to look at first when none was chosen. */
  readonly preferredPythons: readonly string[];
  /** Folder where the result of the self-test is kept. */
  readonly stateFolder: string;
}

/** A question and what the editor chose for it. Plain data: the engine is another process. */
export interface EngineQuestion {
  readonly question: string;
  /** Path of the log of the run whose conversation goes on; null begins one. */
  readonly followUp: string | null;
  /** True to do that run's own question to its end, instead of asking another after it. */
  readonly resume: boolean;
  readonly subject: QuestionSubject;
  /** The report that is wanted; null for an answer. */
  readonly report: ReportWish | null;
  /** Globs of what is left out, for each folder of the subject and relative to it. */
  readonly exclude: readonly (readonly string[])[];
  readonly model: ModelChoice;
  readonly kernel: KernelWish;
  readonly limits: Limits;
  readonly allowSecretFiles: readonly string[];
  /** In bytes. */
  readonly maxFileSize: number;
  /** Folder of prompts that replace Fathom's own; empty means none. */
  readonly promptsFolder: string;
  readonly directAnswers: boolean;
  /** Folder of the bundles. */
  readonly dist: string;
  /** Folder for trajectories. */
  readonly logFolder: string;
  /** Folder where replies of sub-models are kept for later questions; null for none. */
  readonly cacheFolder: string | null;
}

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
      readonly fault: Fault | 'cancelled';
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
  /**
   * Tests every kernel there could be. Rejects for the signal only.
   * @param dist folder of the bundles
   */
  checkSandbox(
    kernel: KernelWish,
    dist: string,
    signal: AbortSignal,
  ): Promise<readonly SandboxReport[]>;
  /**
   * Tags and recent commits of the repositories of these folders. Never rejects.
   * @param dist folder of the bundles
   */
  revisions(folders: readonly string[], dist: string, signal: AbortSignal): Promise<RevisionList>;
  /** What a run was about, from its log; null when that does not say. Rejects when it can't be read. */
  readAbout(log: string): Promise<About | null>;
  /**
   * Completes the report of a run that was killed, from the file beside its log. @returns its path.
   * Rejects when that file is none.
   */
  recoverReport(sidePath: string): Promise<string>;
  /** Never rejects. */
  listModels(baseUrl: string, apiKey: string | null, signal: AbortSignal): Promise<ModelList>;
  /** Ends the kernels of conversations that were kept for another question. */
  dispose(): Promise<void>;
}
