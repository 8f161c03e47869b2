import { APIError } from 'openai';
import { BrokenReply } from './brokenReply';
import { connectionErrorCode } from './connectionFailure';
import type { Endpoint } from './endpoint';
import { RefusedResponse, refusalIn } from './guardedFetch';
import { megabytes, oversizedReply } from './oversizedReply';
import { replyLimits } from './replyLimits';
import { serverError } from './serverError';
import { type StreamLimits, serverSentEvents } from './serverSentEvents';

/** Comes after the last document of a reply that the server marked as ended. */
export const endOfReply = Symbol('end of a reply');

/**
 * The documents of a response, then `endOfReply` where the server said so: one per
 * server-sent event or line, or a single one from a server that does not stream. What it is shows at its
 * beginning: servers mistake its type.
 * @throws {BrokenReply} when it is neither, or when the connection breaks; {APIError} when the server
 * reports an error in place of a reply; {ModelError} when it sends too much.
 */
export async function* responseDocuments(
  response: Response,
  endpoint: Endpoint,
): AsyncGenerator<unknown> {
  const { body, headers } = response;
  const limits = new SizeLimits(endpoint);
  try {
    if (!body) return;
    const { first, whole } = await peek(body);
    if (first === '<' || headers.get('content-type')?.includes('html')) {
      await whole.cancel();
      throw new BrokenReply('malformed', 'it sent a web page');
    }
    const isJson = first === '{' || first === '[';
    const documents = isJson ? jsonDocuments(whole, limits) : streamedDocuments(whole, limits);
    for await (const { name, document } of documents) {
      const error = serverError(name, document, headers);
      if (error) throw error;
      yield document;
    }
  } catch (error) {
    if (error instanceof BrokenReply || error instanceof APIError) throw error;
    const refusal = refusalIn(error);
    if (refusal) throw refusal;
    if (error instanceof SyntaxError) {
      throw new BrokenReply('malformed', `it sent something that is not JSON${shown(error.cause)}`);
    }
    const code = connectionErrorCode(error);
    if (code === 'UND_ERR_HEADERS_OVERFLOW') throw error;
    throw new BrokenReply('cut-short', `the connection broke${code === null ? '' : ` (${code})`}`);
  }
}

interface NamedDocument {
  /** Of its server-sent event. */
  readonly name: string;
  readonly document: unknown;
}

const end: NamedDocument = { name: '', document: endOfReply };

/** Ends with `[DONE]`, whether or not the connection does. */
async function* streamedDocuments(
  body: ReadableStream<Uint8Array>,
  limits: SizeLimits,
): AsyncGenerator<NamedDocument> {
  for await (const { name, data } of serverSentEvents(body, limits)) {
    if (data.trim() === '[DONE]') {
      yield end;
      return;
    }
    if (data.trim() !== '') yield { name, document: parsed(data, name) };
  }
}

/** An error may be in words. @throws {SyntaxError} with the text as its cause. */
function parsed(text: string, event = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (event === 'error') return text;
    throw new SyntaxError('No JSON', { cause: text });
  }
}

/** The beginning of what a server sent, for people. */
function shown(text: unknown): string {
  return typeof text === 'string' && text.trim() !== '' ? `: "${text.trim().slice(0, 200)}"` : '';
}

/** One document, or one on each line. */
async function* jsonDocuments(
  body: ReadableStream<Uint8Array>,
  limits: SizeLimits,
): AsyncGenerator<NamedDocument> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let size = 0;
  for await (const bytes of body) {
    pieces.push(decoder.decode(bytes, { stream: true }));
    size += bytes.byteLength;
    if (size > replyLimits.body) throw limits.exceeded('body');
  }
  const text = pieces.join('');
  let document: unknown;
  try {
    document = parsed(text);
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw error;
    for (const line of lines) yield { name: '', document: parsed(line) };
    return;
  }
  yield { name: '', document };
  yield end;
}

class SizeLimits implements StreamLimits {
  readonly event = replyLimits.event;
  readonly lines = replyLimits.lines;
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  exceeded(limit: 'event' | 'lines' | 'body'): Error {
    const tooMuch = {
      body: `a reply of more than ${megabytes(replyLimits.body)}`,
      event: `one event of more than ${megabytes(this.event)}`,
      lines: `a stream of more than ${this.lines.toLocaleString('en-US')} lines`,
    };
    return new RefusedResponse(oversizedReply(this.#endpoint, tooMuch[limit]));
  }
}

/** The first character of a body, and the body from there: white space before it says nothing. */
async function peek(body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  let next = await reader.read();
  while (!next.done && next.value.every(isBlank)) next = await reader.read();
  const first = next.done ? '' : new TextDecoder().decode(next.value).trimStart().charAt(0);
  let begun = false;
  const whole = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = begun ? await reader.read() : next;
        begun = true;
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  return { first, whole };
}

/** A tab, a line end or a space. */
function isBlank(byte: number): boolean {
  return byte === 9 || byte === 10 || byte === 13 || byte === 32;
}
