import { APIConnectionError, APIError } from 'openai';
import { BrokenReply } from './brokenReply';
import { connectionErrorCode, describeConnectionFailure, isTorn } from './connectionFailure';
import { isContextOverflow } from './contextOverflow';
import { type Endpoint, keyVariable } from './endpoint';
import { foreignText } from './foreignText';
import { refusalIn } from './guardedFetch';
import { ModelError } from './languageModel';
import { oversizedReply } from './oversizedReply';
import { statusOf } from './providerStatus';
import { streamedErrorKind } from './streamedErrors';

/** Whom we asked, for messages about what went wrong. */
export interface Asked {
  readonly model: string;
  readonly endpoint: Endpoint;
  readonly apiKey: string | null;
  /** What kind of server it should be. */
  readonly server: string;
  /** The API that it was asked by. */
  readonly api: string;
}

/**
 * Turns what the OpenAI client threw into a `ModelError`. No cause is attached: the client's errors hold
 * whole responses, and servers repeat keys and prompts in them. Null when it is no failure of the
 * provider's, but a bug of ours.
 */
export function toModelError(error: unknown, asked: Asked): ModelError | null {
  if (error instanceof ModelError) return error;
  if (error instanceof BrokenReply) return brokenReply(error, asked);
  const refused = refusalIn(error);
  if (refused) return refused;
  if (connectionErrorCode(error) === 'UND_ERR_HEADERS_OVERFLOW') {
    return oversizedReply(asked.endpoint, 'headers of more than 16 KB');
  }
  if (error instanceof APIConnectionError) {
    const kind = isTorn(error) ? 'server' : 'unreachable';
    return new ModelError(kind, describeConnectionFailure(error, asked.endpoint));
  }
  if (error instanceof APIError) return refusal(error, asked);
  return null;
}

function brokenReply(broken: BrokenReply, { endpoint, apiKey, server }: Asked): ModelError {
  const { kind } = broken;
  const message = foreignText(broken.message, apiKey);
  if (kind === 'cut-short') {
    return new ModelError('server', `${endpoint.host} broke off its reply: ${message}. Ask again.`);
  }
  return new ModelError(
    'malformed',
    `${endpoint.host} did not answer as ${server} does: ${message}. ` +
      `Check that ${endpoint.shownUrl} is the right base URL.`,
  );
}

/** An error status, or an error that came in the middle of a stream. */
function refusal(error: APIError, asked: Asked): ModelError {
  const { model, endpoint, apiKey, api } = asked;
  const { host } = endpoint;
  const status = statusOf(error);
  const code = typeof error.code === 'string' ? error.code : '';
  const said = serverWords(error, apiKey);
  const words = said === '' ? '' : ` It said: "${said}"`;
  const details = {
    ...(status === null ? {} : { status }),
    ...retryAfter(error.headers, said),
  };
  const failure = (kind: ModelError['kind'], message: string) =>
    new ModelError(kind, message, details);

  if (isContextOverflow(`${code} ${error.type ?? ''}`, said, status)) {
    return failure(
      'context-length',
      `The prompt is longer than ${model} can read.${words} Send it less text at a time, ${howToReadMore(endpoint)}.`,
    );
  }
  if (/content_(filter|policy)/.test(code) || /content management policy/i.test(said)) {
    return failure(
      'content-filter',
      `The content filter of ${host} refused the prompt.${words} Leave out what it objects to, or use ` +
        'another provider.',
    );
  }
  switch (status) {
    case 401:
      return failure(
        'authentication',
        apiKey === null
          ? `${host} wants an API key (401). ${howToSetKey(endpoint)}`
          : `The API key was refused by ${host} (401). ${howToSetKey(endpoint)}`,
      );
    case 403:
      return failure(
        'authentication',
        `${host} does not let this key use ${model} (403).${words} Choose another model, or ${lower(howToSetKey(endpoint))}`,
      );
    case 402:
      return outOfQuota(host, status, words);
    case 429:
      if (code === 'insufficient_quota') return outOfQuota(host, status, words);
      return failure(
        'rate-limit',
        `${host} has had too many requests or tokens for now (429).${words} ${whenToAsk(details.retryAfterMs)}, ` +
          'or lower the concurrency.',
      );
    case 404:
      return failure('not-found', `${host} does not know ${model} (404).${words}`);
    case 405:
      return failure('not-found', `${host} does not answer ${api} there (405).${words}`);
    default:
      break;
  }
  if (isKeyRefused(said)) {
    return failure(
      'authentication',
      `The API key was refused by ${host}.${words} ${howToSetKey(endpoint)}`,
    );
  }
  if (isAboutModel(said)) {
    return failure('not-found', `${host} does not know ${model}${inBrackets(status)}.${words}`);
  }
  if (isAboutPlace(said)) {
    const what = `${host} does not answer ${api} there${inBrackets(status)}`;
    return failure('not-found', `${what}.${words}`);
  }
  if (status === null) {
    return failure(
      streamedErrorKind(code, error.type ?? ''),
      `${host} reported an error in place of a whole reply.${words}`,
    );
  }
  if (status >= 500 || status === 408 || status === 409) {
    return failure(
      'server',
      `${host} failed with status ${status}.${words} Ask again later, or look at the server's log.`,
    );
  }
  return failure('bad-request', `${host} refused the request (${status}).${words}`);
}

/** Google refuses a key with status 400. */
function isKeyRefused(said: string): boolean {
  return /api key (?:not valid|is (?:not valid|invalid))|(?:invalid|incorrect) api key/i.test(said);
}

function isAboutModel(said: string): boolean {
  return /model/i.test(said) && /not (found|exist)|unknown model|invalid model|no such/i.test(said);
}

/** LM Studio says it at status 200, Express as "Cannot POST", OpenAI as "Invalid URL (POST /v1/x)". */
function isAboutPlace(said: string): boolean {
  return /unexpected endpoint|(?:unknown|invalid) (?:url|endpoint|route|path)|cannot post|no route|method not allowed|resource not found|404 page not found|no such (?:route|endpoint)/i.test(
    said,
  );
}

function inBrackets(status: number | null): string {
  return status === null ? '' : ` (${status})`;
}

/** A server on this machine lets a model read as much as whoever started it said. */
function howToReadMore({ loopback }: Endpoint): string {
  return loopback
    ? 'or serve it with a longer context (Ollama: OLLAMA_CONTEXT_LENGTH; llama.cpp: --ctx-size)'
    : 'or choose a model with a larger context window';
}

function howToSetKey(endpoint: Endpoint): string {
  return `Set a valid key: ${keyVariable(endpoint)} in a terminal, "Fathom: Set API Key" in VS Code.`;
}

function lower(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

/** Waiting is no use, whatever the server says. */
function outOfQuota(host: string, status: number, words: string): ModelError {
  return new ModelError(
    'rate-limit',
    `The quota or credit of this key at ${host} is used up (${status}). See its plan and billing.${words}`,
    { status, retryAfterMs: Number.POSITIVE_INFINITY },
  );
}

function whenToAsk(retryAfterMs: number | undefined): string {
  const minutes = Math.round((retryAfterMs ?? 0) / 60_000);
  if (minutes < 2 || !Number.isFinite(minutes)) return 'Wait a little';
  return `Ask again in ${minutes.toLocaleString('en-US')} minutes, as it wants`;
}

/** What the server said, without the status that the client puts before it; HTML pages say nothing. */
function serverWords(error: APIError, apiKey: string | null): string {
  const message = error.message.replace(/^\d{3} /, '');
  if (/^\s*<|^status code \(no body\)$|^\(no status code or body\)$/.test(message)) return '';
  return foreignText(message, apiKey);
}

/** A server that loads its model says so, and not for how long: it is asked as often as one that says 5 s. */
const loadingMs = 5_000;

function retryAfter(headers: Headers | undefined, said: string): { retryAfterMs?: number } {
  const milliseconds = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return { retryAfterMs: milliseconds };
  const value = headers?.get('retry-after') ?? '';
  const seconds = Number.parseFloat(value);
  if (seconds >= 0) return { retryAfterMs: seconds * 1000 };
  const wait = Date.parse(value) - Date.now();
  if (wait >= 0) return { retryAfterMs: wait };
  // Google and others say it in words: "Please retry in 37.5s."
  const words = /(?:retry|try again) in (\d+(?:\.\d+)?) ?s(?:ec|\b)/i.exec(said)?.[1];
  if (words !== undefined) return { retryAfterMs: Number(words) * 1000 };
  return /loading model|model is (?:currently |still )?loading/i.test(said)
    ? { retryAfterMs: loadingMs }
    : {};
}
