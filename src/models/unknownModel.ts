import { distance } from 'fastest-levenshtein';
import type { OpenAI } from 'openai';
import * as z from 'zod';
import { foreignText } from './foreignText';
import { ModelError } from './languageModel';
import type { Asked } from './providerFailure';

/** The list of models is only for a better message: no longer than this. */
const listTimeoutMs = 5_000;
const maxNames = 5;
/** Names are longer nowhere; what a server sends in their place is not shown at any length. */
const maxNameLength = 80;

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * Finds out what was not found, the model or the whole API, and says which models there are.
 * @returns a `not-found` error with a better message than `failure`.
 */
export async function explainNotFound(
  failure: ModelError,
  asked: Asked,
  client: OpenAI,
  signal: AbortSignal,
): Promise<ModelError> {
  const { model, endpoint } = asked;
  const names = await listModels(client, signal);
  const details = failure.status === null ? {} : { status: failure.status };
  if (names === null) {
    const hint = endpoint.shownUrl.endsWith('/v1')
      ? 'Check the base URL and the name of the model.'
      : `The base URL of most servers ends in /v1: try ${endpoint.shownUrl}/v1.`;
    return new ModelError('not-found', `${failure.message} ${hint}`, details);
  }
  if (names.length === 0) {
    const message = `${endpoint.host} has no model "${model}", and none at all. Load one there first.`;
    return new ModelError('not-found', message, details);
  }
  if (names.includes(model)) return failure;
  const nearest = [...names]
    .sort((a, b) => distance(a, model) - distance(b, model))
    .slice(0, maxNames)
    .map((name) => foreignText(name, asked.apiKey).slice(0, maxNameLength))
    .join(', ');
  const list =
    names.length > maxNames
      ? `The nearest of its ${names.length} are: ${nearest}`
      : `It has: ${nearest}`;
  return new ModelError('not-found', `${endpoint.host} has no model "${model}". ${list}.`, details);
}

/** Null when the server has no list, or does not give it. */
async function listModels(client: OpenAI, signal: AbortSignal): Promise<string[] | null> {
  try {
    const response = await client.models.list({ signal, timeout: listTimeoutMs }).asResponse();
    const list = modelList.safeParse(await response.json());
    return list.success ? list.data.data.map(({ id }) => id) : null;
  } catch {
    // Whatever is wrong with the list, what the user is told is what was wrong with the request.
    return null;
  }
}
