import type { ClientOptions } from 'openai';
import type { Endpoint } from './endpoint';

type Fetch = NonNullable<ClientOptions['fetch']>;

/**
 * Sends a server what it needs to know and nothing else. The client adds what it finds in the environment
 * (`OPENAI_CUSTOM_HEADERS`, `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID`) and facts about this machine: that is for
 * OpenAI, where it is the user's own doing.
 */
export function ownHeaders(fetch: Fetch, endpoint: Endpoint, apiKey: string | null): Fetch {
  if (endpoint.openAi) return fetch;
  const headers = {
    accept: 'application/json, text/event-stream',
    'user-agent': 'Fathom',
    ...keyHeader(endpoint, apiKey),
  };
  return (url, init) => {
    const content = init?.body == null ? {} : { 'content-type': 'application/json' };
    return fetch(url, { ...init, headers: { ...headers, ...content } });
  };
}

/** How an endpoint is told an API key; nothing where there is none. */
export function keyHeader(
  { azure }: Endpoint,
  apiKey: string | null,
): Readonly<Record<string, string>> {
  if (apiKey === null) return {};
  return azure ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` };
}
