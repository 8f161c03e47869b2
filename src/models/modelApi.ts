import type { ClientOptions, OpenAI } from 'openai';
import type { ModelFacts } from './catalogue';
import type { CompletionOptions, FinishReason, Message } from './languageModel';
import type { Asked } from './providerFailure';
import type { ReportedTokens } from './reportedTokens';
import type { PartedReply } from './thoughts';

/** What a request says besides the conversation. */
export type RequestOptions = Pick<CompletionOptions, 'maxOutputTokens' | 'goesOn'>;

/** Puts one reply together from the documents of a response: one, or one per streamed event. */
export interface ReplyReader {
  /** The text, and what the model thought aloud, by the server's reckoning or in the text itself. */
  readonly parts: PartedReply;
  /** All that the model wrote so far, its reasoning included where the server shows that. */
  readonly written: string;
  /** True once the model is at work on it: from then on it costs. */
  readonly begun: boolean;
  /** What the server reported so far; null when it did not. */
  readonly tokens: ReportedTokens | null;
  /** True once the server said why the model stopped: all that can come is usage. */
  readonly isWhole: boolean;
  /** @throws {BrokenReply} when it is nothing of this API, {ModelError} when it says too much. */
  add(document: unknown): void;
  /**
   * Why the model stopped, once the response has ended.
   * @throws {BrokenReply} when nothing came, it was cut short, or the server gave up on it.
   */
  finish(): FinishReason;
}

/**
 * One of the APIs that a model is asked through: how its requests are written and its replies read. What is
 * the same for all of them (limits, usage, errors, cut prompts) is in `servedModel`.
 */
export interface ModelApi<Body = unknown, Reader extends ReplyReader = ReplyReader> {
  /** Writes a request. */
  body(messages: readonly Message[], options: RequestOptions): Body;
  /** Sends it once. @throws errors of the OpenAI client. */
  send(body: Body, signal: AbortSignal): Promise<Response>;
  /** @param onText receives the text as it is streamed. */
  reader(onText: ((delta: string) => void) | undefined): Reader;
  /**
   * Looks whether a request was refused for something that can be done without.
   * @returns true when the request should be written and sent again.
   */
  learn(refusal: unknown, sent: Body): boolean;
  /** Told of the whole reply to a conversation that goes on, with its text as it is in that conversation. */
  keep?(messages: readonly Message[], text: string, reader: Reader): void;
}

/** What an API is given to work with. */
export interface ApiParts {
  readonly asked: Asked;
  /** Asks the endpoint, with its key and within all limits. */
  readonly client: OpenAI;
  /** The same for another client: it follows no redirect, and what it brings has an end. */
  readonly fetch: NonNullable<ClientOptions['fetch']>;
  /** Milliseconds until a response must have begun. */
  readonly timeoutMs: number;
  readonly facts: ModelFacts;
}

/** Makes an API for one model. */
export interface ApiMaker<Body, Reader extends ReplyReader> {
  /** What it is called, for people. */
  readonly name: string;
  /** What kind of server speaks it. */
  readonly server: string;
  readonly make: (parts: ApiParts) => ModelApi<Body, Reader>;
}
