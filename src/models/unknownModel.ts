import { distance } from 'fastest-levenshtein';
import type { OpenAI } from 'openai';
import type { Endpoint } from './endpoint';
import { foreignText } from './foreignText';
import { ModelError } from './languageModel';
import { modelNames } from './modelList';
import { nearbyBaseUrl } from './nearbyBaseUrl';
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
 * @param failure of kind `not-found`, or `malformed` where it may be that another address would be right.
 * @returns an error with a better message than `failure`, or `failure`.
 */
export async function explainNotFound(
  failure: ModelError,
  asked: Asked,
  client: OpenAI,
  signal: AbortSignal,
): Promise<ModelError> {
  const { model, endpoint, api } = asked;
  const names = await listModels('/models', client, signal);
  const details = failure.status === null ? {} : { status: failure.status };
  if (names === null) {
    const right = await nearbyBaseUrl(endpoint, (url) =>
      listModels(`${url}/models`, client, signal),
    );
    // It said nothing of a wrong address, and there is none that is right.
    if (right === null && failure.kind !== 'not-found') return failure;
    const what =
      right === null
        ? `${failure.message} ${hintWithout(endpoint)}`
        : `${endpoint.host} does not answer ${api} at ${endpoint.shownUrl}. It answers at ` +
          `${right}: set that as the base URL.`;
    return new ModelError('not-found', what, details);
  }
  if (failure.kind !== 'not-found') return failure;
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

/** What to do where no right base URL was found. */
function hintWithout({ shownUrl, azure, url }: Endpoint): string {
  if (azure && !url.includes('api-version=')) {
    return 'Azure OpenAI wants to know the version: end the base URL in ?api-version=2024-10-21.';
  }
  if (azure || /\/v\d\w*(?:\/openai)?$/.test(shownUrl)) {
    return 'Check the base URL and the name of the model.';
  }
  return `The base URL of most servers ends in /v1: try ${shownUrl}/v1.`;
}

/** Null when the server has no list, or does not give it. */
async function listModels(
  place: string,
  client: OpenAI,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  try {
    // The client's own limit ends with the headers.
    const limited = AbortSignal.any([signal, AbortSignal.timeout(listTimeoutMs)]);
    return modelNames(await client.get(place, { signal: limited }));
  } catch {
    // Whatever is wrong with the list, what the user is told is what was wrong with the request.
    return null;
  }
}
