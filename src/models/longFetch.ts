import type { ClientOptions } from 'openai';
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch } from 'undici';
import type { Endpoint } from './endpoint';

/**
 * A `fetch` for the OpenAI client that gives up after `timeoutMs` of silence, before the first byte or
 * between two, where Node's own does after 300 seconds: a local model may read a long prompt for longer
 * than that. Proxies of the environment (HTTPS_PROXY, NO_PROXY, ...) are used, except for this machine.
 * Idle connections close by themselves after seconds and keep no process alive.
 */
export function longFetch(
  endpoint: Endpoint,
  timeoutMs: number,
): NonNullable<ClientOptions['fetch']> {
  const options = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, allowH2: false };
  const dispatcher: Dispatcher =
    endpoint.loopback || !hasProxy() ? new Agent(options) : new EnvHttpProxyAgent(options);

  // The client sends URLs and JSON as strings; undici's own types for the rest are not the global ones.
  return (url, { method = 'GET', headers, body, signal, redirect = 'follow' } = {}) => {
    if (body != null && typeof body !== 'string') throw new TypeError('Only text can be sent');
    return fetch(String(url), {
      method,
      headers: [...new Headers(headers)],
      body: body ?? null,
      signal: signal ?? null,
      redirect,
      dispatcher,
    });
  };
}

function hasProxy(): boolean {
  return ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some(
    (name) => process.env[name],
  );
}
