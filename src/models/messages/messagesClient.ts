import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import { APIError as AnthropicError, APIConnectionError } from '@anthropic-ai/sdk/core/error';
import { APIError, APIConnectionError as OpenAiConnectionError } from 'openai';
import { anthropicVersion } from '../endpoint';
import type { ApiParts } from '../modelApi';
import { keyHeader, onlyOwnHeaders } from '../ownHeaders';
import type { MessagesBody } from './messagesBody';

/** Sends a request to Anthropic's Messages API, or to what speaks the same. */
export type SendMessages = (body: MessagesBody, signal: AbortSignal) => Promise<Response>;

/**
 * Anthropic's own client: once, by the `fetch` that has all our limits, with our key or none, and without what
 * the environment says of keys, profiles, addresses, headers and tracing. Its errors are told as those of the
 * OpenAI client, which the rest of this folder knows.
 */
export function messagesClient({ asked, fetch, timeoutMs }: ApiParts): SendMessages {
  const { endpoint, apiKey } = asked;
  const { origin, pathname, searchParams } = new URL(endpoint.url);
  const headers = { ...keyHeader(endpoint, apiKey), 'anthropic-version': anthropicVersion };
  const client = new BaseAnthropic({
    baseURL: `${origin}${pathname.replace(/\/(?:v1)?$/, '')}`,
    defaultQuery: Object.fromEntries(searchParams),
    // Without one the client would look for others; the header is then left out.
    apiKey: apiKey ?? 'none',
    webhookKey: null,
    openTelemetry: false,
    // The run's scheduler tries again what may pass.
    maxRetries: 0,
    fetch: onlyOwnHeaders(fetch, headers),
    timeout: timeoutMs,
    // Its log would go to the console, which may be the answer's.
    logLevel: 'off',
  });
  return async (body, signal) => {
    try {
      return await client.post('/v1/messages', { body, signal, stream: body.stream }).asResponse();
    } catch (error) {
      throw signal.aborted ? error : asOpenAiError(error);
    }
  };
}

function asOpenAiError(error: unknown): unknown {
  if (error instanceof APIConnectionError) return new OpenAiConnectionError({ cause: error });
  if (!(error instanceof AnthropicError)) return error;
  const { status, error: body, headers } = error;
  return APIError.generate(status, asObject(body), error.message, headers);
}

function asObject(value: unknown): object | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}
