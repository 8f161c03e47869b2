import { distance } from 'fastest-levenshtein';
import type { OpenAI } from 'openai';
import { foreignText } from './foreignText';
import { ModelError } from './languageModel';
import { modelNames } from './modelList';
import type { Asked } from './providerFailure';

/** The list of models is only for a better message: no longer than this. */
const listTimeoutMs = 5_000;
const maxNames = 5;
/** Names are longer nowhere; what a server sends in their place is not shown at any length. */
const maxNameLength = 80;
/** Characters of a name that count for how near it is. */
const maxLookedAt = 1_000;

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
  const nearest = names
    .map((name) => ({ name, away: distance(name.slice(0, maxLookedAt), model) }))
    .sort((a, b) => a.away - b.away)
    .slice(0, maxNames)
    .map(({ name }) => foreignText(name, asked.apiKey).slice(0, maxNameLength))
    .join(', ');
  const list =
    names.length > maxNames
      ? `The nearest of its ${names.length} are: ${nearest}`
      : `It has: ${nearest}`;
  return new ModelError('not-found', `${endpoint.host} has no model "${model}". ${list}.`, details);
}

/** Null when the server has no list, or does not give it. */
async function listModels(client: OpenAI, signal: AbortSignal): Promise<readonly string[] | null> {
  try {
    // The client's own limit ends with the headers.
    const limited = AbortSignal.any([signal, AbortSignal.timeout(listTimeoutMs)]);
    const response = await client.models.list({ signal: limited }).asResponse();
    return modelNames(await response.json());
  } catch {
    // Whatever is wrong with the list, what the user is told is what was wrong with the request.
    return null;
  }
}
