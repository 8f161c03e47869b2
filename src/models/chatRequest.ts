import { APIError, type OpenAI } from 'openai';
import type { Message } from './languageModel';
import { statusOf } from './providerStatus';
import { outputLimitIn, wordsOf } from './refusedParameter';
import { isAboutSystemRole, withoutSystemRole } from './systemRole';

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
  /** False when it, or the chat template of the model, takes no system messages. */
  readonly systemRole: boolean;
}

const modern: Dialect = {
  stream: true,
  streamOptions: true,
  maxTokens: 'max_completion_tokens',
  mostOutput: Number.POSITIVE_INFINITY,
  systemRole: true,
};

/** A request as it is sent. */
export type ChatBody = OpenAI.Chat.ChatCompletionCreateParams;

/** What a server said to a request. */
interface Refusal {
  /** All of its words, codes and names of parameters. */
  readonly words: string;
  readonly param: string | null;
}

/** How to do without something that a request had; null when that is not what was refused. */
type Concession = (refusal: Refusal, sent: ChatBody) => Partial<Dialect> | null;

/** What Fathom sends and can do without, one line for each. It sends neither a temperature nor `n` nor `stop`. */
const concessions: readonly Concession[] = [
  ({ words }, sent) =>
    sent.stream_options && /stream_options|include_usage/.test(words)
      ? { streamOptions: false }
      : null,
  ({ words }, sent) => {
    const asked = sent.max_completion_tokens ?? sent.max_tokens ?? 0;
    const mostOutput = outputLimitIn(words, asked);
    return mostOutput === null ? null : { mostOutput };
  },
  ({ words }, sent) =>
    sent.max_completion_tokens != null && words.includes('max_completion_tokens')
      ? { maxTokens: 'max_tokens' }
      : null,
  ({ words, param }, sent) =>
    sent.stream && (param === 'stream' || /stream(?:ing)? is not supported/i.test(words))
      ? { stream: false }
      : null,
  ({ words, param }, sent) =>
    hasSystemRole(sent) && (isAboutSystemRole(words) || param === 'messages[0].role')
      ? { systemRole: false }
      : null,
];

/**
 * Statuses with which a request is refused for what is in it; 500 and 501 come from servers that fail over a
 * model's chat template. Null: the error came at status 200.
 */
const refusals: ReadonlySet<number | null> = new Set([null, 400, 404, 422, 500, 501]);

/**
 * Writes the requests for one model, and learns from the server's refusals what to leave out or to say in
 * another way. What was learnt holds for as long as the object lives.
 */
export class ChatRequests {
  readonly #model: string;
  #dialect = modern;

  constructor(model: string) {
    this.#model = model;
  }

  /** Writes a request. No temperature: reasoning models refuse any but the default. */
  body(messages: readonly Message[], maxOutputTokens: number | undefined): ChatBody {
    const { stream, streamOptions, maxTokens, mostOutput, systemRole } = this.#dialect;
    const spoken = systemRole ? messages : withoutSystemRole(messages);
    const base = {
      model: this.#model,
      messages: spoken.map(({ role, content }) => ({ role, content })),
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
   * Looks whether a request was refused for something that can be done without.
   * @returns true when the request should be written and sent again.
   */
  learn(refusal: unknown, sent: ChatBody): boolean {
    if (!(refusal instanceof APIError) || !refusals.has(statusOf(refusal))) return false;
    const param = typeof refusal.param === 'string' ? refusal.param : null;
    const words = wordsOf(refusal);
    for (const concession of concessions) {
      const change = concession({ words, param }, sent);
      if (change) {
        this.#dialect = { ...this.#dialect, ...change };
        return true;
      }
    }
    return false;
  }
}

function hasSystemRole({ messages }: ChatBody): boolean {
  return messages.some(({ role }) => role === 'system');
}
