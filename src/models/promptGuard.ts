import type { OpenAI } from 'openai';
import {
  cutPromptError,
  isCut,
  isSurelyTooLong,
  isSuspicious,
  isWithoutCache,
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
  /** The longest prompt, by our count, that is known to have been read as a whole. */
  #mostRead = 0;

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
   * @returns how many tokens of input it had: more than was reported where the server counts only what was
   * not in its cache.
   * @throws {ModelError} `context-length` when it was cut.
   */
  async verify(
    messages: readonly Message[],
    { input, cachedInput }: ReportedTokens,
    signal: AbortSignal,
  ): Promise<number> {
    const most = mostInputTokens(messages);
    if (most < leastCountedTokens || input === 0 || input >= most) return input;
    const counted = await countInputTokens(messages);
    const counts = { counted, reported: input, cached: cachedInput ?? 0 };
    const whole = !isSuspicious(counts) || isWithoutCache(counts, this.#mostRead);
    if (whole) {
      this.#mostRead = Math.max(this.#mostRead, counted);
      return isSuspicious(counts) ? Math.max(counted, input) : input;
    }
    const { model, endpoint } = this.#asked;
    const context = await this.#ask(signal);
    if (isCut(counts, context?.tokens ?? null)) {
      throw cutPromptError(model, endpoint, counts, context);
    }
    return input;
  }

  async #ask(signal: AbortSignal): Promise<ServedContext | null> {
    this.#served = (await servedContext(this.#asked.model, this.#client, signal)) ?? this.#served;
    return this.#served;
  }
}
