import * as z from 'zod';
import type { ModelList } from '../contract/engineContract';
import { checkApiKey, parseEndpoint } from '../models/endpoint';

const modelsReply = z.object({ data: z.array(z.object({ id: z.string() })) });

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
    const response = await fetch(modelsUrl(endpoint.url), {
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      redirect: 'error',
      signal,
    });
    if (response.status === 401 || response.status === 403) return { kind: 'refused' };
    if (!response.ok) return unknown(`${host} answered with status ${response.status}.`);
    const reply = modelsReply.safeParse(await response.json());
    if (!reply.success) return unknown(`${host} sent no list of models.`);
    return { kind: 'listed', names: reply.data.data.map(({ id }) => id) };
  } catch {
    return unknown(
      signal.aborted ? `${host} did not answer in time.` : `${host} can't be reached.`,
    );
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
