import { calcPrice, findProvider } from '@pydantic/genai-prices';
import type { Endpoint } from './endpoint';

/** The tokens of one call, by what they are billed as. */
export interface BilledTokens {
  /** All of the input, what is from a cache or goes into one included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of the input that came from the provider's cache. */
  readonly cachedInputTokens: number;
  /** The part of the input that was put into it; 0 by default. Some providers charge more for that. */
  readonly cacheWriteTokens?: number;
}

/** What is publicly known about a model. */
export interface ModelFacts {
  /** Tokens of input and output together; null when unknown. */
  readonly contextWindow: number | null;
  /** What one call costs in US dollars; null when the price is unknown, never 0 for that. */
  readonly cost: (tokens: BilledTokens) => number | null;
}

const unknownModel: ModelFacts = { contextWindow: null, cost: () => null };

/**
 * Looks a model up in the catalogue that comes with Fathom (pydantic/genai-prices; it is never updated
 * from the network). A price belongs to a provider, so a model is only known when it is asked for at a
 * provider's own host: what a local server calls gpt-4o is not billed by OpenAI, and may have another
 * context window. What the catalogue can't look up or reckon is unknown.
 */
export function modelFacts(name: string, endpoint: Endpoint): ModelFacts {
  const facts = orNull(() => lookUp(name, endpoint));
  if (!facts) return unknownModel;
  return { ...facts, cost: (usage) => orNull(() => facts.cost(usage)) };
}

function orNull<T>(reckon: () => T): T | null {
  try {
    return reckon();
  } catch {
    return null;
  }
}

function lookUp(name: string, endpoint: Endpoint): ModelFacts {
  const provider = findProvider({ providerApiUrl: endpoint.shownUrl });
  if (!provider || !isProvidersHost(provider.api_pattern, endpoint)) return unknownModel;
  const known = calcPrice({ input_tokens: 0, output_tokens: 0 }, name, { provider });
  if (!known) return unknownModel;

  return {
    contextWindow: known.model.context_window ?? null,
    // Looked up for each call: some prices depend on its size, some on the hour.
    cost({ inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens = 0 }) {
      const usage = {
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        cache_read_tokens: cachedInputTokens,
        cache_write_tokens: cacheWriteTokens,
      };
      const price = calcPrice(usage, name, { provider });
      if (!price) return null;
      const { input_mtok, output_mtok } = price.model_price;
      // Entries without a price for text would come to 0.
      return input_mtok === undefined || output_mtok === undefined ? null : price.total_price;
    },
  };
}

/** The catalogue's patterns match beginnings, and so hosts that only begin like a provider's. */
function isProvidersHost(pattern: string, { shownUrl }: Endpoint): boolean {
  return new RegExp(`^(?:${pattern})(?![\\w.-])`).test(shownUrl);
}
