import * as z from 'zod';
import { count, type ReportedTokens } from '../reportedTokens';

/** `usage` of a response. Cached tokens, and those that went into the cache, are in the count of the input. */
export const responsesUsage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    input_tokens_details: z
      .object({ cached_tokens: count.nullish(), cache_write_tokens: count.nullish() })
      .nullish(),
  })
  .transform(({ input_tokens, output_tokens, input_tokens_details }): ReportedTokens => {
    const cached = input_tokens_details?.cached_tokens ?? null;
    return {
      input: Math.round(input_tokens),
      output: Math.round(output_tokens),
      cachedInput: cached === null ? null : Math.round(cached),
      cacheWrites: Math.round(input_tokens_details?.cache_write_tokens ?? 0),
    };
  });
