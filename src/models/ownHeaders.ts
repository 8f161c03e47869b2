import type { ClientOptions } from 'openai';
import { anthropicVersion, type Endpoint } from './endpoint';

type Fetch = NonNullable<ClientOptions['fetch']>;

/**
 * Sends a server what it needs to know and nothing else. The client adds what it finds in the environment
 * (`OPENAI_CUSTOM_HEADERS`, `OPENAI_ORG_ID`, `OPENAI_PROJECT_ID`) and facts about this machine: that is for
 * OpenAI, where it is the user's own doing.
 */
export function ownHeaders(fetch: Fetch, endpoint: Endpoint, apiKey: string | null): Fetch {
  return endpoint.openAi ? fetch : onlyOwnHeaders(fetch, keyHeader(endpoint, apiKey));
}

/** Sends these headers, and of its own only what every client sends. */
export function onlyOwnHeaders(fetch: Fetch, own: Readonly<Record<string, string>>): Fetch {
  const headers = {
    accept: 'application/json, text/event-stream',
    'user-agent': 'Fathom',
    ...own,
  };
  return (url, init) => {
    const content = init?.body == null ? {} : { 'content-type': 'application/json' };
    return fetch(url, { ...init, headers: { ...headers, ...content } });
  };
}

/** How an endpoint is told an API key; without one only what it wants to know of everybody. */
export function keyHeader(
  { azure, anthropic }: Endpoint,
  apiKey: string | null,
): Readonly<Record<string, string>> {
  const version = anthropic ? { 'anthropic-version': anthropicVersion } : {};
  if (apiKey === null) return version;
  return azure ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}`, ...version };
}
