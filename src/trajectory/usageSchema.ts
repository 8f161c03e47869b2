import * as z from 'zod';
import type { Usage } from './events';

/** Usage as it stands in a log. */
export const usageSchema: z.ZodType<Usage> = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
  estimated: z.boolean(),
  costUsd: z.number().nullable(),
});
