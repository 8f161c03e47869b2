import { ModelError } from './languageModel';

/** Where OpenAI itself serves its models. */
const openAiUrl = 'https://api.openai.com/v1';

/** Where Anthropic itself serves its models. */
export const anthropicUrl = 'https://api.anthropic.com/v1';

/** The version of its API that its own client speaks; without one it says nothing. */
export const anthropicVersion = '2026-10-21';

/** A server with an API for language models: where it is, and what to call it. */
export interface Endpoint {
  /** What request paths are appended to; no slash at the end. */
  readonly url: string;
  /** The same for people: without a query, where some put a secret. */
  readonly shownUrl: string;
  /** Host and port, for people. */
  readonly host: string;
  /** True for this machine. */
  readonly loopback: boolean;
  /** True for OpenAI's own service. */
  readonly openAi: boolean;
  /** True for Anthropic's own service. */
  readonly anthropic: boolean;
  /** True for a deployment at Azure OpenAI: the key goes into a header of its own there. */
  readonly azure: boolean;
  /** True for OpenRouter's own service. */
  readonly openRouter: boolean;
}

/** The ends of addresses in documentation that are no part of a base URL. */
const whatFollows =
  /\/+(?:chat\/completions|chat|completions|responses|messages|embeddings|models)$/;

/**
 * Reads a base URL as people write it: spaces around it, a slash at the end and what
 * follows the base in a pasted address, such as `/chat/completions`, are forgiven.
 * @param baseUrl null or empty means OpenAI.
 * @throws {ModelError} `bad-request` when it is no http(s) URL.
 */
export function parseEndpoint(baseUrl: string | null): Endpoint {
  const text = baseUrl?.trim() || openAiUrl;
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ModelError(
      'bad-request',
      'The base URL must start with http:// or https://, for example http://127.0.0.1:11434/v1, ' +
        'but it is not such a URL. Correct the base URL.',
    );
  }
  if (url.username || url.password) {
    throw new ModelError(
      'bad-request',
      `The base URL for ${url.host} has a user name or password in it, which can't be sent that way. ` +
        'Take it out and give the secret as the API key.',
    );
  }
  const path = url.pathname.replace(/\/+$/, '').replace(whatFollows, '');
  return {
    url: `${url.origin}${path}${url.search}`,
    shownUrl: `${url.origin}${path}`,
    host: url.host,
    loopback: isLoopback(url.hostname),
    openAi: url.host === new URL(openAiUrl).host,
    anthropic: url.host === new URL(anthropicUrl).host,
    openRouter: url.origin === 'https://openrouter.ai',
    azure: /\/openai\/deployments\//.test(path),
  };
}

/**
 * Checks an API key before it is put in a header. The key itself is in no message.
 * @returns the key without the white space around it, null when there is none.
 * @throws {ModelError} `authentication` when it can't be a key, or when OpenAI or Anthropic would be asked
 * without one.
 */
export function checkApiKey(apiKey: string | null, endpoint: Endpoint): string | null {
  const key = apiKey?.trim() ?? '';
  if (key === '') {
    if (!endpoint.openAi && !endpoint.anthropic) return null;
    throw new ModelError(
      'authentication',
      `There is no API key for ${endpoint.host}. Set one (${keyVariable(endpoint)} in a terminal), set the base ` +
        'URL of another server, or try the offline model.',
    );
  }
  const wrong = key.search(/[^\x21-\x7e]/);
  if (wrong >= 0) {
    throw new ModelError(
      'authentication',
      `The API key for ${endpoint.host} can't be right: its character ${wrong + 1} of ${key.length} is a ` +
        'space, a line break or a letter that no key has. Copy the key again.',
    );
  }
  return key;
}

/** The environment variable that has the key for an endpoint. */
export function keyVariable({ anthropic }: Endpoint): 'OPENAI_API_KEY' | 'ANTHROPIC_API_KEY' {
  return anthropic ? 'ANTHROPIC_API_KEY' : 'OPENAI_API_KEY';
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
