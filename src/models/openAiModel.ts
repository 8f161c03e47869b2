import { APIError, OpenAI } from 'openai';
import { BrokenReply } from './brokenReply';
import { type ModelFacts, modelFacts } from './catalogue';
import { ChatApi } from './chatApi';
import { responseDocuments } from './chatResponse';
import { checkApiKey, type Endpoint, parseEndpoint } from './endpoint';
import { guardedFetch } from './guardedFetch';
import type { CompletionOptions, LanguageModel, Message, ModelReply } from './languageModel';
import { longFetch } from './longFetch';
import type { ApiMaker, ApiParts, ModelApi, ReplyReader } from './modelApi';
import { ownHeaders } from './ownHeaders';
import { PromptGuard } from './promptGuard';
import { type Asked, toModelError } from './providerFailure';
import { replyUsage } from './replyUsage';
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
 * @throws {ModelError} `bad-request` or `authentication` when the base URL or the key can't be right.
 */
export function openAiModel(options: OpenAiModelOptions): LanguageModel {
  return servedModel(options, {
    name: 'chat completions',
    server: 'an OpenAI-compatible server',
    make: (parts) => new ChatApi(parts),
  });
}

/**
 * A language model that a server is asked for, through one API or another.
 *
 * The reply is streamed, and asked for once: a run's `Scheduler` asks again. This module brings the
 * client, its HTTP stack and the price catalogue with it (1.5 MB); load it with `import()` where start-up
 * time matters.
 * @throws {ModelError} `bad-request` or `authentication` when the base URL or the key can't be right.
 */
export function servedModel<Body, Reader extends ReplyReader>(
  options: OpenAiModelOptions,
  api: ApiMaker<Body, Reader>,
): LanguageModel {
  return new ServedModel(options, api);
}

class ServedModel<Body, Reader extends ReplyReader> implements LanguageModel {
  readonly name: string;
  readonly id: string;
  readonly offline = false;
  readonly #asked: Asked;
  readonly #client: OpenAI;
  readonly #api: ModelApi<Body, Reader>;
  readonly #facts: ModelFacts;
  /** Null for providers whose models are in the catalogue: they refuse what is too long. */
  readonly #guard: PromptGuard | null;
  #lookedAround = false;

  constructor(options: OpenAiModelOptions, api: ApiMaker<Body, Reader>) {
    const endpoint = parseEndpoint(options.baseUrl);
    const apiKey = checkApiKey(options.apiKey, endpoint);
    const { timeoutMs = defaultTimeoutMs } = options;
    const fetch = guardedFetch(options.fetch ?? longFetch(endpoint, timeoutMs), endpoint);
    // Our own fetch counts silence, before the response and within it.
    const limits = { fetch, timeoutMs: options.fetch ? timeoutMs : forever };
    this.name = options.name;
    this.id = `${endpoint.url} ${options.name}`;
    this.#asked = { model: options.name, endpoint, apiKey, server: api.server, api: api.name };
    this.#client = makeClient(endpoint, apiKey, limits);
    this.#facts = modelFacts(options.name, endpoint);
    this.#api = api.make({
      asked: this.#asked,
      client: this.#client,
      facts: this.#facts,
      ...limits,
    });
    this.#guard =
      this.#facts.contextWindow === null ? new PromptGuard(this.#asked, this.#client) : null;
  }

  get contextWindow(): number | null {
    return this.#facts.contextWindow ?? this.#guard?.contextWindow ?? null;
  }

  price(inputTokens: number, outputTokens: number, goesOn = false): number | null {
    const cacheWriteTokens = goesOn ? inputTokens : 0;
    return this.#facts.cost({ inputTokens, outputTokens, cachedInputTokens: 0, cacheWriteTokens });
  }

  async complete(messages: readonly Message[], options: CompletionOptions): Promise<ModelReply> {
    const { signal, maxOutputTokens } = options;
    signal.throwIfAborted();
    await this.#guard?.admit(messages, signal);
    const reply = this.#api.reader(options.onText);
    const { openRouter } = this.#asked.endpoint;
    const billed = { messages, reply, maxOutputTokens, isBilledInDollars: openRouter };
    try {
      const finishReason = await this.#receive(reply, messages, options);
      const input = reply.tokens && (await this.#guard?.verify(messages, reply.tokens, signal));
      const usage = await replyUsage({ ...billed, input: input ?? undefined }, this.#facts);
      const { text, thoughts } = reply.parts;
      if (options.goesOn) this.#api.keep?.(messages, text, reply);
      return { text, ...(thoughts === '' ? {} : { thoughts }), usage, finishReason };
    } catch (error) {
      // The provider charges for what it has sent, even if it is of no use.
      if (reply.begun) options.onSpent?.(await replyUsage(billed, this.#facts));
      signal.throwIfAborted();
      throw await this.#explain(error, reply.begun, signal);
    }
  }

  /** One request, until its response has ended; again without the parameters that the server refuses. */
  async #receive(reply: Reader, messages: readonly Message[], options: CompletionOptions) {
    const { signal } = options;
    for (;;) {
      const body = this.#api.body(messages, options);
      const enough = new AbortController();
      try {
        const response = await this.#send(body, AbortSignal.any([signal, enough.signal]));
        await readReply(reply, responseDocuments(response, this.#asked.endpoint), enough, signal);
        signal.throwIfAborted();
        return reply.finish();
      } catch (error) {
        if (signal.aborted || reply.begun || !this.#api.learn(error, body)) throw error;
      }
    }
  }

  async #send(body: Body, signal: AbortSignal): Promise<Response> {
    try {
      return await this.#api.send(body, signal);
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
}

/** So long usage may come after the last piece of a reply, in milliseconds; some servers never hang up. */
const lastWordsMs = 3_000;

/** Reads a reply to its end, or a little beyond where it is whole. @param enough ends the request */
async function readReply(
  reply: ReplyReader,
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
  { fetch, timeoutMs }: Pick<ApiParts, 'fetch' | 'timeoutMs'>,
): OpenAI {
  return new OpenAI({
    baseURL: endpoint.url,
    // The client insists on a key; `ownHeaders` leaves it out.
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    // The run's scheduler tries again what may pass.
    maxRetries: 0,
    fetch: ownHeaders(fetch, endpoint, apiKey),
    timeout: timeoutMs,
    // Its log would go to the console, which may be the answer's.
    logLevel: 'off',
  });
}
