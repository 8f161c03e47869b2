import { APIError, type OpenAI } from 'openai';
import { Stream } from 'openai/streaming';
import { BrokenReply } from './brokenReply';
import { connectionErrorCode } from './connectionFailure';

/**
 * The documents of a response to a chat completion: one per server-sent event, or a single one from a
 * server that does not stream. Ends early and silently when the request is aborted.
 * @throws {BrokenReply} when it is neither, or when the connection breaks; {APIError} when the server
 * reports an error in the stream.
 */
export async function* chatDocuments(response: Response, client: OpenAI): AsyncGenerator<unknown> {
  const type = response.headers.get('content-type') ?? '';
  try {
    if (type.includes('json')) {
      yield await response.json();
    } else if (type.includes('html')) {
      await response.body?.cancel();
      throw new BrokenReply('malformed', 'it sent a web page');
    } else {
      yield* Stream.fromSSEResponse<unknown>(response, new AbortController(), client);
    }
  } catch (error) {
    if (error instanceof BrokenReply || error instanceof APIError) throw error;
    if (error instanceof SyntaxError) {
      throw new BrokenReply('malformed', 'it sent something that is not JSON');
    }
    const code = connectionErrorCode(error);
    throw new BrokenReply('cut-short', `the connection broke${code === null ? '' : ` (${code})`}`);
  }
}
