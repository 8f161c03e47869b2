import * as z from 'zod';
import { BrokenReply } from './brokenReply';
import type { Endpoint } from './endpoint';
import type { FinishReason } from './languageModel';
import { megabytes, oversizedReply } from './oversizedReply';
import { replyLimits } from './replyLimits';

/** Token counts as a server reported them. */
export interface ReportedTokens {
  /** All input tokens, cached ones included. */
  readonly input: number;
  /** All output tokens, those of hidden reasoning included. */
  readonly output: number;
  readonly cachedInput: number;
}

const count = z.number().min(0);
const usage = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
    // DeepSeek's name for the same.
    prompt_cache_hit_tokens: count.nullish(),
  })
  .transform(
    (tokens): ReportedTokens => ({
      input: tokens.prompt_tokens,
      output: tokens.completion_tokens,
      cachedInput: Math.min(
        tokens.prompt_tokens,
        tokens.prompt_tokens_details?.cached_tokens ?? tokens.prompt_cache_hit_tokens ?? 0,
      ),
    }),
  );

/** A list of anything: what is wrong with each of a million entries takes more memory than they do. */
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value));
const textParts = list.transform((parts) => parts.map(textOf).join(''));
const said = z.object({
  content: z.union([z.string(), textParts]).nullish(),
  refusal: z.string().nullish(),
  // Hidden reasoning, as DeepSeek, vLLM, llama.cpp and OpenRouter show it.
  reasoning_content: z.string().nullish().catch(null),
  reasoning: z.string().nullish().catch(null),
});

/** A whole `chat.completion`, or one `chat.completion.chunk` of it, as any server may write it. */
const completion = z.object({
  choices: list
    .transform((choices) => choices.slice(0, 1))
    .pipe(
      z.array(
        z.object({
          message: said.nullish(),
          delta: said.nullish(),
          finish_reason: z.string().nullish(),
        }),
      ),
    )
    .nullish(),
  // Some servers send `usage: {}` or numbers of their own before the last chunk.
  usage: usage.nullish().catch(null),
});

function textOf(part: unknown): string {
  if (typeof part !== 'object' || part === null || !('text' in part)) return '';
  return typeof part.text === 'string' ? part.text : '';
}

/** Puts a reply together from the documents of a response: one, or one per streamed chunk. */
export class ChatReply {
  readonly #endpoint: Endpoint;
  readonly #onText: ((delta: string) => void) | undefined;
  #text = '';
  #reasoning = '';
  #deltas = 0;
  #begun = false;
  #refused = false;
  #choices = 0;
  #finishReason: string | null = null;
  #tokens: ReportedTokens | null = null;

  constructor(endpoint: Endpoint, onText: ((delta: string) => void) | undefined) {
    this.#endpoint = endpoint;
    this.#onText = onText;
  }

  /** The text so far. */
  get text(): string {
    return this.#text;
  }

  /** All that the model wrote so far, its reasoning included where the server shows that. */
  get written(): string {
    return this.#reasoning + this.#text;
  }

  /** True once the model is at work on it: from then on it costs. */
  get begun(): boolean {
    return this.#begun;
  }

  /** What the server reported so far; null when it did not. */
  get tokens(): ReportedTokens | null {
    return this.#tokens;
  }

  /** @throws {BrokenReply} when it is no chat completion, {ModelError} when it says too much. */
  add(document: unknown): void {
    const parsed = completion.safeParse(document);
    if (!parsed.success) {
      throw new BrokenReply('malformed', 'it sent JSON that is no chat completion');
    }
    this.#tokens = parsed.data.usage ?? this.#tokens;
    this.#begun ||= this.#tokens !== null || (parsed.data.choices?.length ?? 0) > 0;
    const choice = parsed.data.choices?.[0];
    if (!choice) return;
    this.#choices += 1;
    this.#finishReason = choice.finish_reason ?? this.#finishReason;
    const { content, refusal, reasoning_content, reasoning } = choice.delta ?? choice.message ?? {};
    this.#reasoning += reasoning_content ?? reasoning ?? '';
    if (refusal) this.#refused = true;
    const delta = `${content ?? ''}${refusal ?? ''}`;
    this.#text += delta;
    this.#keepSmall();
    if (delta !== '') this.#onText?.(delta);
  }

  #keepSmall(): void {
    const most = replyLimits.text;
    if (this.#text.length + this.#reasoning.length > most) {
      throw oversizedReply(this.#endpoint, `a text of more than ${megabytes(most)}`);
    }
    this.#deltas += 1;
    if (this.#deltas % deltasPerText !== 0) return;
    this.#text = flat(this.#text);
    this.#reasoning = flat(this.#reasoning);
  }

  /**
   * Why the model stopped, once the response has ended.
   * @throws {BrokenReply} when there was no choice in it, or when it was cut short: no reason to finish
   * and no usage, though the connection closed in order.
   */
  finish(): FinishReason {
    if (this.#choices === 0) {
      throw new BrokenReply('malformed', 'its reply had no choices in it');
    }
    if (this.#finishReason === null && this.#tokens === null) {
      throw new BrokenReply('cut-short', 'the connection closed before the end');
    }
    if (this.#refused || this.#finishReason === 'content_filter') return 'content-filter';
    return this.#finishReason === 'length' ? 'length' : 'stop';
  }
}

/** A text that grows is a tree of its pieces, with 60 bytes for each; so many may wait to become one. */
const deltasPerText = 1_000;

/** The same text in one piece: reading a character makes V8 put it together. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
