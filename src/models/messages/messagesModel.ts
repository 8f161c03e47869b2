import { parseEndpoint } from '../endpoint';
import type { LanguageModel } from '../languageModel';
import { type OpenAiModelOptions, servedModel } from '../openAiModel';
import { MessagesApi } from './messagesApi';

/**
 * A language model behind Anthropic's Messages API. The base URL may end in `/v1` or before it.
 * @throws {ModelError} `bad-request` or `authentication` when the base URL or the key can't be right.
 */
export function messagesModel({ baseUrl, ...options }: OpenAiModelOptions): LanguageModel {
  return servedModel(
    { ...options, baseUrl: withVersion(baseUrl) },
    {
      name: 'Messages',
      server: "a server with Anthropic's Messages API",
      make: (parts) => new MessagesApi(parts),
    },
  );
}

/** What else is asked of the server, such as its list of models, is below the same path. */
function withVersion(baseUrl: string | null): string {
  const url = new URL(parseEndpoint(baseUrl).url);
  if (!url.pathname.endsWith('/v1')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1`;
  return url.href;
}
