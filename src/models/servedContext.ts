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
/** `GET /api/ps` of Ollama: what is loaded now. */
const loaded = z.object({
  models: z.array(
    z.object({ name: z.string(), model: z.string().nullish(), context_length: size.nullish() }),
  ),
});
/** `GET /api/v0/models` of LM Studio. */
const listed = z.object({
  data: z.array(z.object({ id: z.string(), loaded_context_length: size.nullish() })),
});

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
      return await client.get(`${origin}${path}`, { signal, timeout: timeoutMs });
    } catch {
      // Another server: it has no such address.
      return null;
    }
  };
  const ollama = loaded.safeParse(await get('/api/ps'));
  if (ollama.success) {
    const names = [model, `${model}:latest`];
    const found = ollama.data.models.find((one) => names.includes(one.model ?? one.name));
    return found?.context_length ? { server: 'Ollama', tokens: found.context_length } : null;
  }
  const studio = listed.safeParse(await get('/api/v0/models'));
  const found = studio.data?.data.find(({ id }) => id === model);
  return found?.loaded_context_length
    ? { server: 'LM Studio', tokens: found.loaded_context_length }
    : null;
}
