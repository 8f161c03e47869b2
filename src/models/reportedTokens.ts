import * as z from 'zod';
import type { Message } from './languageModel';

/** Token counts as a server reported them. */
export interface ReportedTokens {
  /** All input tokens, cached ones included. */
  readonly input: number;
  /** All output tokens, those of hidden reasoning included; null when that is not reported yet. */
  readonly output: number | null;
  /** Tokens of the input that came from a cache; null when the server does not say. */
  readonly cachedInput: number | null;
  /** Tokens of the input that were put into a cache, where that is reported; 0 otherwise. */
  readonly cacheWrites: number;
  /** What the server says that the call costs, in its own currency; missing when it does not say. */
  readonly cost?: number | null;
}

/** No reply comes near it; sums stay exact. */
const most = 1_000_000_000;
/** A number of tokens. */
export const count = z.number().min(0).max(most);
const money = z.number().min(0).max(most);

/** What is in `usage`, by the names that servers give it. Anything else is as if nothing had been reported. */
export const reportedTokens = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z
      .object({ cached_tokens: count.nullish(), cache_write_tokens: count.nullish() })
      .nullish(),
    // DeepSeek's name for the same.
    prompt_cache_hit_tokens: count.nullish(),
    // Anthropic's names: neither is in its count of the input.
    cache_read_input_tokens: count.nullish(),
    cache_creation_input_tokens: count.nullish(),
    // OpenRouter's; what a key of the user's own is billed by the provider itself comes on top.
    cost: money.nullish().catch(null),
    is_byok: z.boolean().nullish().catch(null),
    cost_details: z
      .object({ upstream_inference_cost: money.nullish().catch(null) })
      .nullish()
      .catch(null),
  })
  .transform((tokens): ReportedTokens => {
    const { cached_tokens, cache_write_tokens } = tokens.prompt_tokens_details ?? {};
    const cached =
      cached_tokens ?? tokens.prompt_cache_hit_tokens ?? tokens.cache_read_input_tokens ?? null;
    const written = cache_write_tokens ?? tokens.cache_creation_input_tokens ?? 0;
    const inCache = (cached ?? 0) + written;
    const besides = (tokens.is_byok && tokens.cost_details?.upstream_inference_cost) || 0;
    // More from the cache than there was says that the cached part was left out.
    const leftOut = inCache > tokens.prompt_tokens ? inCache : 0;
    return {
      input: Math.round(tokens.prompt_tokens + leftOut),
      output: Math.round(tokens.completion_tokens),
      cachedInput: cached === null ? null : Math.round(cached),
      cacheWrites: Math.round(written),
      cost: tokens.cost == null ? null : tokens.cost + besides,
    };
  });

/** A server may put so many tokens of its own before a prompt: what a model is, and which day it is. */
const mostOfItsOwn = 10_000;
/** No tokenizer makes longer tokens of text than this, on average, in bytes. */
const longestToken = 64;

/** True for a count that can be of these messages: none of a tokenizer's tokens has less than a byte. */
export function isPossibleInput(tokens: number, messages: readonly Message[]): boolean {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return tokens > bytes / longestToken && tokens <= bytes + 20 * messages.length + mostOfItsOwn;
}

/** True for a count that can be of what was written. It may be far more: some reasoning is not shown. */
export function isPossibleOutput(tokens: number, written: string): boolean {
  return written === '' || tokens > Buffer.byteLength(written) / longestToken;
}
