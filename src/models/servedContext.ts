import type { OpenAI } from 'openai';
import * as z from 'zod';

/** How much a server lets a model read, and which server it is. */
export interface ServedContext {
  readonly server: 'Ollama' | 'LM Studio';
  /** Tokens of input and output together. */
  readonly tokens: number;
}

/** Only for a better message, and from a server that has just answered: no longer than this. */
const timeoutMs = 2_000;

const size = z.number().int().positive();
// Entries are looked at one by one: what is wrong with a million of them takes more memory than they do.
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value));
/** `GET /api/ps` of Ollama: what is loaded now. */
const loaded = z.object({ models: list });
const loadedModel = z.object({
  name: z.string(),
  model: z.string().nullish(),
  context_length: size.nullish(),
});
/** `GET /api/v0/models` of LM Studio. */
const listed = z.object({ data: list });
const listedModel = z.object({ id: z.string(), loaded_context_length: size.nullish() });
/** No server has more models. */
const mostModels = 10_000;

/**
 * Asks a server by its own API with how long a context it has a model loaded; OpenAI's API has no word for
 * that. Null when it is neither Ollama nor LM Studio, or does not say.
 */
export async function servedContext(
  model: string,
  client: OpenAI,
  signal: AbortSignal,
): Promise<ServedContext | null> {
  const { origin } = new URL(client.baseURL);
  const get = async (path: string): Promise<unknown> => {
    try {
      // The client's own limit ends with the headers.
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      return await client.get(`${origin}${path}`, { signal: limited });
    } catch {
      // Another server: it has no such address.
      return null;
    }
  };
  const ollama = loaded.safeParse(await get('/api/ps'));
  if (ollama.success) {
    const names = [model, `${model}:latest`];
    const models = entries(ollama.data.models, loadedModel);
    const found = models.find((one) => names.includes(one.model ?? one.name));
    return found?.context_length ? { server: 'Ollama', tokens: found.context_length } : null;
  }
  const studio = listed.safeParse(await get('/api/v0/models'));
  const found = entries(studio.data?.data ?? [], listedModel).find(({ id }) => id === model);
  return found?.loaded_context_length
    ? { server: 'LM Studio', tokens: found.loaded_context_length }
    : null;
}

function entries<T>(values: readonly unknown[], schema: z.ZodType<T>): readonly T[] {
  return values.slice(0, mostModels).flatMap((value) => {
    const entry = schema.safeParse(value);
    return entry.success ? [entry.data] : [];
  });
}
