import { APIError, OpenAI } from 'openai';
import type { Usage } from '../trajectory/events';
import { BrokenReply } from './brokenReply';
import { type ModelFacts, modelFacts } from './catalogue';
import { ChatReply } from './chatReply';
import { type ChatBody, ChatRequests } from './chatRequest';
import { chatDocuments } from './chatResponse';
import { checkApiKey, type Endpoint, parseEndpoint } from './endpoint';
import { guardedFetch } from './guardedFetch';
import type { CompletionOptions, LanguageModel, Message, ModelReply } from './languageModel';
import { longFetch } from './longFetch';
import { ownHeaders } from './ownHeaders';
import { PromptGuard } from './promptGuard';
import { type Asked, toModelError } from './providerFailure';
import { isPossibleInput, isPossibleOutput } from './reportedTokens';
import { countInputTokens, countTokens } from './tokenCount';
import { explainNotFound } from './unknownModel';

export interface OpenAiModelOptions {
  /** The name the server knows the model by. */
  readonly name: string;
  /** White space around it is forgiven. Null for servers that want none. */
  readonly apiKey: string | null;
  /** An OpenAI-compatible endpoint, usually ending in /v1; null is OpenAI's own. */
  readonly baseUrl: string | null;
  /**
   * Milliseconds of silence, before the first byte or between two, after which a request counts as
   * failed. Default 30 minutes, so that a slow local model survives; a run has its own time limit.
   */
  readonly timeoutMs?: number;
  /**
   * Sends the requests instead of Fathom's own client, for an editor whose `fetch` knows its proxies and
   * certificates. `timeoutMs` then only counts until the response begins.
   */
  readonly fetch?: typeof globalThis.fetch;
}

const defaultTimeoutMs = 30 * 60_000;
/** The longest wait a timer can have, in milliseconds: 24 days. */
const forever = 2 ** 31 - 1;

/**
 * A language model behind OpenAI's chat completions API, whoever serves it.
 *
 * The reply is streamed, and asked for once: a run's `Scheduler` asks again. This module brings the
 * client, its HTTP stack and the price catalogue with it (1.5 MB); load it with `import()` where start-up
 * time matters.
 * @throws {ModelError} `bad-request` or `authentication` when the base URL or the key can't be right.
 */
export function openAiModel(options: OpenAiModelOptions): LanguageModel {
  return new OpenAiModel(options);
}

class OpenAiModel implements LanguageModel {
  readonly name: string;
  readonly id: string;
  readonly offline = false;
  readonly #asked: Asked;
  readonly #client: OpenAI;
  readonly #requests: ChatRequests;
  readonly #facts: ModelFacts;
  /** Null for providers whose models are in the catalogue: they refuse what is too long. */
  readonly #guard: PromptGuard | null;
  #lookedAround = false;

  constructor(options: OpenAiModelOptions) {
    const endpoint = parseEndpoint(options.baseUrl);
    const apiKey = checkApiKey(options.apiKey, endpoint);
    this.name = options.name;
    this.id = `${endpoint.url} ${options.name}`;
    this.#asked = { model: options.name, endpoint, apiKey };
    this.#client = makeClient(endpoint, apiKey, options);
    this.#requests = new ChatRequests(options.name);
    this.#facts = modelFacts(options.name, endpoint);
    this.#guard =
      this.#facts.contextWindow === null ? new PromptGuard(this.#asked, this.#client) : null;
  }

  get contextWindow(): number | null {
    return this.#facts.contextWindow ?? this.#guard?.contextWindow ?? null;
  }

  price(inputTokens: number, outputTokens: number): number | null {
    return this.#facts.cost({ inputTokens, outputTokens, cachedInputTokens: 0, estimated: false });
  }

  async complete(messages: readonly Message[], options: CompletionOptions): Promise<ModelReply> {
    const { signal } = options;
    signal.throwIfAborted();
    await this.#guard?.admit(messages, signal);
    const reply = new ChatReply(this.#asked.endpoint, options.onText);
    try {
      const finishReason = await this.#receive(reply, messages, options);
      const tokens = reply.tokens;
      const input = tokens && (await this.#guard?.verify(messages, tokens, signal));
      const usage = await this.#usage(messages, reply, options, input ?? tokens?.input);
      const { text, thoughts } = reply.parts;
      return { text, ...(thoughts === '' ? {} : { thoughts }), usage, finishReason };
    } catch (error) {
      // The provider charges for what it has sent, even if it is of no use.
      if (reply.begun) options.onSpent?.(await this.#usage(messages, reply, options));
      signal.throwIfAborted();
      throw await this.#explain(error, reply.begun, signal);
    }
  }

  /** One request, until its response has ended; again without the parameters that the server refuses. */
  async #receive(reply: ChatReply, messages: readonly Message[], options: CompletionOptions) {
    const { signal, maxOutputTokens } = options;
    for (;;) {
      const body = this.#requests.body(messages, maxOutputTokens);
      const enough = new AbortController();
      try {
        const response = await this.#send(body, AbortSignal.any([signal, enough.signal]));
        await readReply(reply, chatDocuments(response, this.#asked.endpoint), enough, signal);
        signal.throwIfAborted();
        return reply.finish();
      } catch (error) {
        if (signal.aborted || reply.begun || !this.#requests.learn(error, body)) throw error;
      }
    }
  }

  async #send(body: ChatBody, signal: AbortSignal): Promise<Response> {
    try {
      return await this.#client.chat.completions.create(body, { signal }).asResponse();
    } catch (error) {
      if (signal.aborted || error instanceof APIError) throw error;
      // The client stumbles over some bodies, for example over JSON that is nested very deeply.
      throw new BrokenReply('malformed', 'it sent an error that cannot be read');
    }
  }

  async #explain(error: unknown, begun: boolean, signal: AbortSignal): Promise<unknown> {
    const failure = toModelError(error, this.#asked);
    if (failure === null) return error;
    // No chat completion and no word of the model: perhaps it is another place that answered. One look is enough.
    const strange = failure.kind === 'malformed' && !begun && !this.#lookedAround;
    if (failure.kind !== 'not-found' && !strange) return failure;
    this.#lookedAround = true;
    const explained = await explainNotFound(failure, this.#asked, this.#client, signal);
    signal.throwIfAborted();
    return explained;
  }

  /**
   * As the server reported it, where that can be; else counted: of a reply that broke off, up to there.
   * @param input tokens that the server turned out to have read.
   */
  async #usage(
    messages: readonly Message[],
    { written, tokens }: ChatReply,
    { maxOutputTokens = Number.POSITIVE_INFINITY }: CompletionOptions,
    input = tokens?.input ?? 0,
  ): Promise<Usage> {
    const isInput = isPossibleInput(input, messages);
    const isOutput = tokens !== null && isPossibleOutput(tokens.output, written);
    const inputTokens = isInput ? input : await countInputTokens(messages);
    const usage = {
      inputTokens,
      outputTokens: isOutput
        ? tokens.output
        : Math.min(await countTokens(written), maxOutputTokens),
      cachedInputTokens: isInput ? Math.min(tokens?.cachedInput ?? 0, inputTokens) : 0,
      estimated: !isInput || !isOutput || input !== tokens.input,
    };
    // OpenRouter bills in dollars, and says how many. What others call a cost may be anything.
    const billed = this.#asked.endpoint.openRouter ? (tokens?.cost ?? null) : null;
    return { ...usage, costUsd: billed ?? this.#facts.cost(usage) };
  }
}

/** So long usage may come after the last piece of a reply, in milliseconds; some servers never hang up. */
const lastWordsMs = 3_000;

/** Reads a reply to its end, or a little beyond where it is whole. @param enough ends the request */
async function readReply(
  reply: ChatReply,
  documents: AsyncGenerator<unknown>,
  enough: AbortController,
  signal: AbortSignal,
): Promise<void> {
  let waiting: NodeJS.Timeout | undefined;
  try {
    for await (const document of documents) {
      reply.add(document);
      signal.throwIfAborted();
      if (reply.isWhole) waiting ??= setTimeout(() => enough.abort(), lastWordsMs);
    }
  } catch (error) {
    // Ours, or that of a connection that broke after all was said.
    if (!reply.isWhole || !(error instanceof BrokenReply)) throw error;
  } finally {
    clearTimeout(waiting);
  }
}

function makeClient(
  endpoint: Endpoint,
  apiKey: string | null,
  { timeoutMs = defaultTimeoutMs, fetch }: OpenAiModelOptions,
): OpenAI {
  return new OpenAI({
    baseURL: endpoint.url,
    // The client insists on a key; `ownHeaders` leaves it out.
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    // The run's scheduler tries again what may pass.
    maxRetries: 0,
    fetch: ownHeaders(
      guardedFetch(fetch ?? longFetch(endpoint, timeoutMs), endpoint),
      endpoint,
      apiKey,
    ),
    // Our own fetch counts silence, before the response and within it.
    timeout: fetch ? timeoutMs : forever,
    // Its log would go to the console, which may be the answer's.
    logLevel: 'off',
  });
}
