import type { OpenAI } from 'openai';
import {
  cutPromptError,
  isCut,
  isSurelyTooLong,
  isSuspicious,
  leastCountedTokens,
  tooLongPromptError,
} from './cutPrompt';
import type { Message } from './languageModel';
import type { Asked } from './providerFailure';
import type { ReportedTokens } from './reportedTokens';
import { type ServedContext, servedContext } from './servedContext';
import { countInputTokens, mostInputTokens } from './tokenCount';

/**
 * Sees to it that a model reads all of what it is sent. For servers that are in no catalogue of providers:
 * some of them cut what is too long, and answer the rest.
 */
export class PromptGuard {
  readonly #asked: Asked;
  readonly #client: OpenAI;
  #served: ServedContext | null = null;

  constructor(asked: Asked, client: OpenAI) {
    this.#asked = asked;
    this.#client = client;
  }

  /** How much the model reads at once, in tokens; null until there was reason to ask. */
  get contextWindow(): number | null {
    return this.#served?.tokens ?? null;
  }

  /**
   * Spares a model a prompt of which it is known that it would be cut.
   * @throws {ModelError} `context-length`.
   */
  async admit(messages: readonly Message[], signal: AbortSignal): Promise<void> {
    if (!this.#served || mostInputTokens(messages) <= this.#served.tokens) return;
    const counted = await countInputTokens(messages);
    if (!isSurelyTooLong(counted, this.#served.tokens)) return;
    // The person may have loaded it anew since, with a longer one.
    const context = await this.#ask(signal);
    if (context && isSurelyTooLong(counted, context.tokens)) {
      throw tooLongPromptError(this.#asked.model, this.#asked.endpoint, counted, context);
    }
  }

  /**
   * Looks whether a prompt was cut that was answered.
   * @throws {ModelError} `context-length` when it was.
   */
  async verify(
    messages: readonly Message[],
    { input, cachedInput }: ReportedTokens,
    signal: AbortSignal,
  ): Promise<void> {
    const most = mostInputTokens(messages);
    if (most < leastCountedTokens || input >= most) return;
    const counted = await countInputTokens(messages);
    const counts = { counted, reported: input, cached: cachedInput };
    if (!isSuspicious(counts)) return;
    const { model, endpoint } = this.#asked;
    const context = await this.#ask(signal);
    if (isCut(counts, context?.tokens ?? null)) {
      throw cutPromptError(model, endpoint, counts, context);
    }
  }

  async #ask(signal: AbortSignal): Promise<ServedContext | null> {
    this.#served = (await servedContext(this.#asked.model, this.#client, signal)) ?? this.#served;
    return this.#served;
  }
}
