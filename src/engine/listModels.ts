import type { ModelList } from '../contract/engineContract';
import { checkApiKey, parseEndpoint } from '../models/endpoint';
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
    if (apiKey === null && endpoint.openAi) return { kind: 'refused' };
    const key = checkApiKey(apiKey, endpoint);
    const response = await guardedFetch(fetch, endpoint)(modelsUrl(endpoint.url), {
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
function modelsUrl(base: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/models`;
  return url;
}

function unknown(reason: string): ModelList {
  return { kind: 'unknown', reason };
}
