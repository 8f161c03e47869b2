import { APIError } from 'openai';
import { BrokenReply } from './brokenReply';
import { connectionErrorCode } from './connectionFailure';
import type { Endpoint } from './endpoint';
import { RefusedResponse, refusalIn } from './guardedFetch';
import { megabytes, oversizedReply } from './oversizedReply';
import { replyLimits } from './replyLimits';
import { serverSentEvents } from './serverSentEvents';

/**
 * The documents of a response to a chat completion: one per server-sent event, or a single one from a
 * server that does not stream.
 * @throws {BrokenReply} when it is neither, or when the connection breaks; {APIError} when the server
 * reports an error in the stream; {ModelError} when it sends too much.
 */
export async function* chatDocuments(
  response: Response,
  endpoint: Endpoint,
): AsyncGenerator<unknown> {
  const type = response.headers.get('content-type') ?? '';
  try {
    if (type.includes('json')) {
      yield await response.json();
    } else if (type.includes('html')) {
      await response.body?.cancel();
      throw new BrokenReply('malformed', 'it sent a web page');
    } else if (response.body) {
      yield* streamedDocuments(response.body, response.headers, endpoint);
    }
  } catch (error) {
    if (error instanceof BrokenReply || error instanceof APIError) throw error;
    const refusal = refusalIn(error);
    if (refusal) throw refusal;
    if (error instanceof SyntaxError) {
      throw new BrokenReply('malformed', 'it sent something that is not JSON');
    }
    const code = connectionErrorCode(error);
    if (code === 'UND_ERR_HEADERS_OVERFLOW') throw error;
    throw new BrokenReply('cut-short', `the connection broke${code === null ? '' : ` (${code})`}`);
  }
}

/** Ends with `[DONE]`, whether or not the connection does. */
async function* streamedDocuments(
  body: ReadableStream<Uint8Array>,
  headers: Headers,
  endpoint: Endpoint,
): AsyncGenerator<unknown> {
  const { event, lines } = replyLimits;
  const tooMuch = {
    event: `one event of more than ${megabytes(event)}`,
    lines: `a stream of more than ${lines.toLocaleString('en-US')} lines`,
  };
  const exceeded = (limit: keyof typeof tooMuch) =>
    new RefusedResponse(oversizedReply(endpoint, tooMuch[limit]));
  for await (const { name, data } of serverSentEvents(body, { event, lines, exceeded })) {
    if (data.trim() === '[DONE]') return;
    const document: unknown = JSON.parse(data);
    const error = errorIn(name, document);
    if (error !== null) throw streamedError(error, headers);
    yield document;
  }
}

/** What a server reports in place of more of its reply; null when it does not. */
function errorIn(event: string, document: unknown): object | null {
  if (typeof document !== 'object' || document === null) return null;
  const error = 'error' in document ? document.error : null;
  if (typeof error === 'object' && error !== null) return error;
  if (error) return { message: String(error) };
  return event === 'error' ? document : null;
}

function streamedError(error: object, headers: Headers): Error {
  try {
    return new APIError(undefined, error, undefined, headers);
  } catch {
    // It is nested too deeply to be written out.
    return new BrokenReply('malformed', 'it sent an error that cannot be read');
  }
}
