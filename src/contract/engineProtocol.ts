import { NotificationType, RequestType } from 'vscode-jsonrpc/node';
import type { ModelErrorKind } from '../models/languageModel';
import type { LocalServer } from '../models/localServers';
import type { KernelWish } from '../question/question';
import type { SandboxReport } from '../repl/sandboxReport';
import type { LanguageServers } from '../repository/language/languageServers';
import type { ReportWish } from '../rlm/report/reportWish';
import type { Told } from '../rlm/runListener';
import type { About } from '../trajectory/about';
import type { NodeId, TrajectoryEvent } from '../trajectory/events';
import type { EngineOutcome, ModelList, RevisionList } from './engineContract';
import type { EngineQuestion } from './engineQuestion';
import type { ReportDelta } from './reportDelta';

// What the extension and the engine's process say to each other. All of it is plain data.

/** Says which of the running questions a message belongs to. */
interface OfQuestion {
  readonly id: number;
}

interface ListModelsParams {
  readonly baseUrl: string;
  readonly apiKey: string | null;
}

/** Messages to the engine; requests as in `Engine`. */
export const toEngine = {
  answer: new RequestType<OfQuestion & { question: EngineQuestion }, EngineOutcome, void>('answer'),
  checkSandbox: new RequestType<{ wish: KernelWish }, readonly SandboxReport[], void>(
    'checkSandbox',
  ),
  revisions: new RequestType<{ folders: readonly string[] }, RevisionList, void>('revisions'),
  readAbout: new RequestType<{ log: string }, About | null, void>('readAbout'),
  readWish: new RequestType<{ log: string }, ReportWish | null, void>('readWish'),
  recoverReport: new RequestType<{ sidePath: string }, string, void>('recoverReport'),
  listModels: new RequestType<ListModelsParams, ModelList, void>('listModels'),
  localServers: new RequestType<object, readonly LocalServer[], void>('localServers'),
  dispose: new RequestType<object, null, void>('dispose'),
  /** Stops a run. `reason` is null when there is nothing to say about it. */
  stop: new NotificationType<OfQuestion & { reason: string | null }>('stop'),
  /** Stops one child or batch of a run. */
  stopNode: new NotificationType<OfQuestion & { node: NodeId }>('stopNode'),
  /** Changed texts of editors, by absolute path; null for a text that is the same as on disk again. */
  unsaved: new NotificationType<{ texts: readonly (readonly [string, string | null])[] }>(
    'unsaved',
  ),
  /** More text of a VS Code model's reply. */
  chatText: new NotificationType<{ call: number; text: string }>('chat/text'),
} as const;

/** A call of a method of `LanguageServers`. */
export interface LanguageServerParams extends OfQuestion {
  readonly method: keyof LanguageServers;
  readonly argument: unknown;
}

/** An error and its causes, the innermost last. */
export type SentError = readonly { readonly message: string; readonly code: string | null }[];

export interface FetchParams {
  readonly call: number;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

/** A response without its body, which the engine requests piece by piece. */
export type FetchResult =
  | {
      readonly status: number;
      readonly statusText: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly url: string;
    }
  | { readonly failed: SentError };

export type FetchPiece =
  | { readonly bytes: Uint8Array<ArrayBuffer> | null }
  | { readonly failed: SentError };

/** The properties that select a model of VS Code. */
export interface ChatModelParams {
  readonly vendor: string;
  readonly id: string;
}

export interface ChatModelFacts {
  readonly version: string;
  readonly name: string;
  /** Tokens; 0 when unknown. */
  readonly maxInputTokens: number;
}

export interface ChatParams extends ChatModelParams {
  readonly call: number;
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
}

/** Why a call of a VS Code model failed; null when it did not. */
export type ChatFailure = { readonly kind: ModelErrorKind; readonly message: string } | null;

/** Calls of a run's listener that are sent one by one. Events and reports have messages of their own, which merge many. */
export type SentTold = Exclude<Told, { readonly method: 'onEvent' | 'onReport' }>;

/** Messages to the extension. */
export const toExtension = {
  /** Answered once the events are handled; then the next ones are sent. */
  events: new RequestType<OfQuestion & { events: readonly TrajectoryEvent[] }, null, void>(
    'events',
  ),
  report: new RequestType<OfQuestion & { delta: ReportDelta }, null, void>('report'),
  /** Any other call of the run's listener. */
  told: new NotificationType<OfQuestion & { told: SentTold }>('told'),
  languageServer: new RequestType<LanguageServerParams, unknown, void>('languageServer'),
  /** The editor's own `fetch`: it knows the user's proxy and certificates. */
  fetch: new RequestType<FetchParams, FetchResult, void>('fetch'),
  fetchPiece: new RequestType<{ call: number }, FetchPiece, void>('fetch/piece'),
  fetchEnd: new NotificationType<{ call: number }>('fetch/end'),
  chatModel: new RequestType<ChatModelParams, ChatModelFacts | null, void>('chat/model'),
  chat: new RequestType<ChatParams, ChatFailure, void>('chat'),
} as const;
