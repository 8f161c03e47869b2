import type { Endpoint } from './endpoint';

/** Where servers have OpenAI's API, by path: most, OpenRouter and Open WebUI, Groq and Azure, Google. */
const usualPaths = ['/v1', '/api/v1', '/openai/v1', '/v1beta/openai'] as const;

/**
 * Finds the base URL that a wrong one stands for: without its `/v1`, with too much at its end, or with that of
 * another API of the same server. Looks only at the same origin, which has been sent the key already.
 * @param listModels asks a base URL for its models; null where there is no such list.
 * @returns null when the server has its API at none of the usual places.
 */
export async function nearbyBaseUrl(
  { shownUrl }: Endpoint,
  listModels: (baseUrl: string) => Promise<readonly string[] | null>,
): Promise<string | null> {
  const { origin } = new URL(shownUrl);
  const places = new Set([`${shownUrl}/v1`, ...usualPaths.map((path) => `${origin}${path}`)]);
  places.delete(shownUrl);
  const lists = await Promise.all(
    [...places].map(async (url) => ((await listModels(url)) === null ? null : url)),
  );
  return lists.find((url) => url !== null) ?? null;
}
