import * as z from 'zod';

/** Token counts as a server reported them. */
export interface ReportedTokens {
  /** All input tokens, cached ones included. */
  readonly input: number;
  /** All output tokens, those of hidden reasoning included. */
  readonly output: number;
  readonly cachedInput: number;
}

/** No reply comes near it; sums stay exact. */
const most = 1_000_000_000;
const count = z.number().min(0).max(most);

/** What is in `usage`, by the names that servers give it. Anything else is as if nothing had been reported. */
export const reportedTokens = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
    // DeepSeek's name for the same.
    prompt_cache_hit_tokens: count.nullish(),
    // Anthropic's names: neither is in its count of the input.
    cache_read_input_tokens: count.nullish(),
    cache_creation_input_tokens: count.nullish(),
  })
  .transform((tokens): ReportedTokens => {
    const read = tokens.cache_read_input_tokens ?? 0;
    const cached =
      tokens.prompt_tokens_details?.cached_tokens ?? tokens.prompt_cache_hit_tokens ?? read;
    const written = tokens.cache_creation_input_tokens ?? 0;
    // More from the cache than there was says that the cached part was left out.
    const leftOut = cached + written > tokens.prompt_tokens ? cached + written : 0;
    return {
      input: Math.round(tokens.prompt_tokens + leftOut),
      output: Math.round(tokens.completion_tokens),
      cachedInput: Math.round(cached),
    };
  });
