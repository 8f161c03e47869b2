import type { ClientOptions } from 'openai';
import type { Endpoint } from './endpoint';
import { foreignText } from './foreignText';
import { ModelError } from './languageModel';
import { megabytes, oversizedReply } from './oversizedReply';
import { replyLimits } from './replyLimits';
import { plainErrorBody } from './reportedError';

type Fetch = NonNullable<ClientOptions['fetch']>;

/** Why a response is not used. Clients wrap what a `fetch` throws; it is found among the causes. */
export class RefusedResponse extends Error {
  override readonly name = 'RefusedResponse';
  readonly failure: ModelError;

  constructor(failure: ModelError) {
    // Clients look for words such as "timeout" in it: nothing of a server's.
    super('The response is not used.');
    this.failure = failure;
  }
}

/**
 * Makes a `fetch` safe against a hostile server: it goes nowhere else, and what it brings has an end.
 *
 * No redirect is followed, not even within the origin: the prompt would be sent again, and to where a
 * server says. Bodies are cut off at `replyLimits`, as they are after decompression; those of error
 * statuses have been read when it returns, and are JSON as OpenAI writes it where they have words in them.
 * @returns a `fetch` that rejects with `RefusedResponse` as well, as its bodies do.
 */
export function guardedFetch(fetch: Fetch, endpoint: Endpoint): Fetch {
  return async (url, init) => {
    const response = await fetch(url, { ...init, redirect: 'manual' }).catch((error: unknown) => {
      throw isRedirectError(error) ? new RefusedResponse(redirected(null, endpoint)) : error;
    });
    const { status, body } = response;
    if (response.type === 'opaqueredirect' || redirects.has(status) || response.redirected) {
      cancel(body);
      throw new RefusedResponse(redirected(targetOf(response, String(url)), endpoint));
    }
    if (body === null) return response;
    const head = { status, statusText: response.statusText, headers: response.headers };
    if (!response.ok) {
      const what = `an error of more than ${megabytes(replyLimits.error)}`;
      const tooMuch = () => oversizedReply(endpoint, what, status);
      const text = await wholeText(limited(body, replyLimits.error, tooMuch));
      return new Response(plainErrorBody(text), head);
    }
    const limit = limitOf(response, init?.method);
    const tooMuch = () => oversizedReply(endpoint, `a reply of more than ${megabytes(limit)}`);
    return new Response(limited(body, limit, tooMuch), head);
  };
}

function limitOf({ headers }: Response, method = 'GET'): number {
  if (method.toUpperCase() === 'GET') return replyLimits.list;
  const isDocument = /json|html/.test(headers.get('content-type') ?? '');
  return isDocument ? replyLimits.body : replyLimits.stream;
}

/** The failure behind what a client made of it; null when it is another one. */
export function refusalIn(error: unknown): ModelError | null {
  let current = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth += 1) {
    if (current instanceof RefusedResponse) return current.failure;
    current = current.cause;
  }
  return null;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where the redirect leads; null when that is no web address, or not to be known. */
function targetOf({ headers, redirected, url }: Response, asked: string): URL | null {
  const target = redirected ? URL.parse(url) : URL.parse(headers.get('location') ?? '', asked);
  return target && /^https?:$/.test(target.protocol) ? target : null;
}

/** Some network stacks, Chromium's for one, fail instead of handing a redirect out. */
function isRedirectError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const words = `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`;
  return /unexpected redirect|redirect was cancel|redirect policy/i.test(words);
}

function redirected(target: URL | null, { host, shownUrl }: Endpoint): ModelError {
  const place =
    target &&
    `${target.origin}${target.pathname}`.replace(/\/(?:chat\/completions|responses|messages)$/, '');
  const [where, remedy] = place
    ? [foreignText(place, null), 'set that as the base URL, if you trust it']
    : ['another address', 'set the base URL that it leads to, if you trust it'];
  return new ModelError(
    'bad-request',
    `${host} redirects to ${where}. Fathom does not follow: your question and what it reads would be ` +
      `sent there. Instead of ${shownUrl}, ${remedy}.`,
  );
}

/** The same bytes; an error in place of those beyond the limit. */
function limited(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  limit: number,
  tooMuch: () => ModelError,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let size = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        size += value.byteLength;
        if (size <= limit) {
          controller.enqueue(value);
          return;
        }
        controller.error(new RefusedResponse(tooMuch()));
        reader.cancel().catch(() => undefined);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The text of an error, as far as it came when the connection broke. */
async function wholeText(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of body) text += decoder.decode(bytes, { stream: true });
  } catch (error) {
    if (error instanceof RefusedResponse) throw error;
  }
  return text;
}

function cancel(body: ReadableStream | null): void {
  body?.cancel().catch(() => undefined);
}
