import { APIError, type OpenAI } from 'openai';
import type { Message } from './languageModel';
import { outputLimitIn, wordsOf } from './refusedParameter';

/** What this server turned out to understand. */
interface Dialect {
  /** False when it does not stream (to us: OpenAI wants some organisations verified for that). */
  readonly stream: boolean;
  /** False when it does not know `stream_options`. */
  readonly streamOptions: boolean;
  /** OpenAI's newer models only know the first name, many other servers only the second. */
  readonly maxTokens: 'max_completion_tokens' | 'max_tokens';
  /** The most tokens of output that it lets one ask for. */
  readonly mostOutput: number;
}

const modern: Dialect = {
  stream: true,
  streamOptions: true,
  maxTokens: 'max_completion_tokens',
  mostOutput: Number.POSITIVE_INFINITY,
};

/** A request as it is sent. */
export type ChatBody = OpenAI.Chat.ChatCompletionCreateParams;

/**
 * Writes the requests for one model, and learns from the server's refusals which parameters to leave out
 * or to call by their old name. What was learnt holds for as long as the object lives.
 */
export class ChatRequests {
  readonly #model: string;
  #dialect = modern;

  constructor(model: string) {
    this.#model = model;
  }

  /** Writes a request. No temperature: reasoning models refuse any but the default. */
  body(messages: readonly Message[], maxOutputTokens: number | undefined): ChatBody {
    const { stream, streamOptions, maxTokens, mostOutput } = this.#dialect;
    const base = {
      model: this.#model,
      messages: messages.map(({ role, content }) => ({ role, content })),
      ...(maxOutputTokens === undefined
        ? {}
        : { [maxTokens]: Math.min(maxOutputTokens, mostOutput) }),
    };
    if (!stream) return base;
    return {
      ...base,
      stream,
      ...(streamOptions ? { stream_options: { include_usage: true } } : {}),
    };
  }

  /**
   * Looks whether a request was refused for a parameter that can be done without.
   * @returns true when the request should be written and sent again.
   */
  learn(refusal: unknown, sent: ChatBody): boolean {
    if (!(refusal instanceof APIError) || (refusal.status !== 400 && refusal.status !== 422)) {
      return false;
    }
    const words = wordsOf(refusal);
    if (sent.stream_options && /stream_options|include_usage/.test(words)) {
      this.#dialect = { ...this.#dialect, streamOptions: false };
      return true;
    }
    const mostOutput = outputLimitIn(words, sent.max_completion_tokens ?? sent.max_tokens ?? 0);
    if (mostOutput !== null) {
      this.#dialect = { ...this.#dialect, mostOutput };
      return true;
    }
    if (sent.max_completion_tokens != null && words.includes('max_completion_tokens')) {
      this.#dialect = { ...this.#dialect, maxTokens: 'max_tokens' };
      return true;
    }
    if (sent.stream && refusal.param === 'stream') {
      this.#dialect = { ...this.#dialect, stream: false };
      return true;
    }
    return false;
  }
}
