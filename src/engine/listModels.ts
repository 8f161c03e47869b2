import type { ModelList } from '../contract/engineContract';
import { checkApiKey, type Endpoint, parseEndpoint } from '../models/endpoint';
import { guardedFetch, refusalIn } from '../models/guardedFetch';
import { isPlainName, modelNames } from '../models/modelList';
import { keyHeader } from '../models/ownHeaders';

/**
 * Asks an endpoint for its models (`GET /models`). Never rejects.
 * @param fetch knows the user's proxy and certificates.
 */
export async function listModels(
  baseUrl: string,
  apiKey: string | null,
  signal: AbortSignal,
  fetch: typeof globalThis.fetch,
): Promise<ModelList> {
  let host = 'The endpoint';
  try {
    const endpoint = parseEndpoint(baseUrl);
    host = endpoint.host;
    if (apiKey === null && (endpoint.openAi || endpoint.anthropic)) return { kind: 'refused' };
    const key = checkApiKey(apiKey, endpoint);
    const response = await guardedFetch(fetch, endpoint)(modelsUrl(endpoint), {
      headers: keyHeader(endpoint, key),
      signal,
    });
    if (response.status === 401 || response.status === 403) return { kind: 'refused' };
    if (!response.ok) return unknown(`${host} answered with status ${response.status}.`);
    const names = modelNames(await response.json());
    if (names === null) return unknown(`${host} sent no list of models.`);
    const plain = names.filter(isPlainName);
    if (plain.length === 0 && names.length > 0) {
      return unknown(`${host} lists no name that can be shown.`);
    }
    return { kind: 'listed', names: plain };
  } catch (error) {
    if (signal.aborted) return unknown(`${host} did not answer in time.`);
    return unknown(refusalIn(error)?.message ?? `${host} can't be reached.`);
  }
}

/** The path goes before a query, which some endpoints have in their base URL. */
function modelsUrl({ url: base, anthropic }: Endpoint): URL {
  const url = new URL(base);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = `${anthropic && path === '' ? '/v1' : path}/models`;
  // Otherwise it gives twenty at a time.
  if (anthropic) url.searchParams.set('limit', '1000');
  return url;
}

function unknown(reason: string): ModelList {
  return { kind: 'unknown', reason };
}
