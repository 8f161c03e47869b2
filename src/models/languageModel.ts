import type { Usage } from '../trajectory/events';

/** One message of a conversation with a language model. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Why the model stopped speaking. */
export type FinishReason = 'stop' | 'length' | 'content-filter';

export interface CompletionOptions {
  readonly signal: AbortSignal;
  /** Most tokens the model may write; undefined leaves it to the provider. */
  readonly maxOutputTokens?: number;
  /**
   * True for a conversation that goes on after the reply: it is worth a place in the provider's cache, and
   * what the model thought is kept for it.
   */
  readonly goesOn?: boolean;
  /** Receives the text as it is streamed. */
  readonly onText?: (delta: string) => void;
  /**
   * Told what was paid for nothing, before `complete` rejects: for a call that fails or is stopped once
   * its reply had begun.
   */
  readonly onSpent?: (usage: Usage) => void;
}

/** What a language model said. */
export interface ModelReply {
  /** What it said, without its thinking. */
  readonly text: string;
  /** What it thought aloud, where the server shows that; undefined for nothing. Counted as output. */
  readonly thoughts?: string;
  readonly usage: Usage;
  readonly finishReason: FinishReason;
}

/** A language model behind one door, whoever serves it. */
export interface LanguageModel {
  /** The name the provider knows it by. */
  readonly name: string;
  /**
   * Tells models of the same name at different endpoints apart, from one run to the next. Without one
   * the model's replies are not kept for other runs.
   */
  readonly id?: string;
  /** True for the model that is no neural network; people are told so. */
  readonly offline: boolean;
  /** Tokens of input and output together; null when unknown. May become known by asking it. */
  readonly contextWindow: number | null;
  /**
   * What a call with so many tokens costs in US dollars, at most; null when the price is unknown.
   * @param goesOn as for `complete`: a place in the provider's cache may cost extra.
   */
  price(inputTokens: number, outputTokens: number, goesOn?: boolean): number | null;
  /**
   * Sends a conversation and waits for the whole reply.
   * @throws {ModelError} when the provider can't be used, refuses or breaks off.
   * @throws the signal's reason when it is aborted.
   */
  complete(messages: readonly Message[], options: CompletionOptions): Promise<ModelReply>;
}

/** What went wrong, in terms of what can be done about it. */
export type ModelErrorKind =
  | 'unreachable'
  | 'authentication'
  | 'not-found'
  | 'rate-limit'
  | 'context-length'
  | 'content-filter'
  | 'bad-request'
  | 'server'
  | 'malformed'
  | 'oversized';

/** True when a request is longer than the model can read: the provider refused it, or cut it. */
export function isTooLong(error: unknown): error is ModelError {
  return error instanceof ModelError && error.kind === 'context-length';
}

/** A language model could not answer. The message says what happened and what the user can do. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly kind: ModelErrorKind;
  /** The HTTP status, where there was one. */
  readonly status: number | null;
  /** Milliseconds after which the provider asked to be called again; infinite where waiting is no use. */
  readonly retryAfterMs: number | null;
  /** True when the server had cut the prompt and answered what was left; of kind `context-length`. */
  readonly cutSilently: boolean;

  constructor(
    kind: ModelErrorKind,
    message: string,
    details: {
      status?: number;
      retryAfterMs?: number;
      cutSilently?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.cutSilently = details.cutSilently ?? false;
  }
}
