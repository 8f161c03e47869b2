import * as z from 'zod';
import { count, type ReportedTokens } from '../reportedTokens';

/** `usage` of a message, or what an event of a stream says of it so far. */
export const messagesUsage = z.object({
  /** Neither what was read from the cache nor what was written into it. */
  input_tokens: count.nullish(),
  cache_creation_input_tokens: count.nullish(),
  cache_read_input_tokens: count.nullish(),
  output_tokens: count.nullish(),
});
export type MessagesUsage = z.infer<typeof messagesUsage>;

/** The later counts in the place of the earlier ones: those of a stream add up by themselves. */
export function updated(before: MessagesUsage, after: MessagesUsage): MessagesUsage {
  const said = Object.entries(after).filter(([, value]) => value != null);
  return { ...before, ...Object.fromEntries(said) };
}

/** The same as the rest of Fathom counts; null when the input was not reported. */
export function tokensOf(usage: MessagesUsage): ReportedTokens | null {
  if (usage.input_tokens == null) return null;
  const cached = usage.cache_read_input_tokens ?? null;
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    input: Math.round(usage.input_tokens + (cached ?? 0) + written),
    output: usage.output_tokens == null ? null : Math.round(usage.output_tokens),
    cachedInput: cached === null ? null : Math.round(cached),
    cacheWrites: Math.round(written),
  };
}
