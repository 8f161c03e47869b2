import type { MessageConnection } from 'vscode-jsonrpc/node';
import { type FetchResult, type SentError, toExtension } from '../contract/engineProtocol';
import { tell } from '../contract/messages';

/**
 * The editor's own `fetch` for the engine: it knows the user's proxy and certificates. Sends texts only. A
 * response comes piece by piece, as it is read. Redirects are not followed.
 */
export function remoteFetch(connection: MessageConnection): typeof globalThis.fetch {
  let calls = 0;
  return async (input, init) => {
    // Understands all forms of arguments that the standard allows.
    const request = new Request(input, init);
    const { signal } = request;
    signal.throwIfAborted();
    calls += 1;
    const call = calls;
    const body = request.body === null ? null : await request.text();
    // From here on the other side knows the request and can end it.
    signal.throwIfAborted();
    const stop = () => tell(connection.sendNotification(toExtension.fetchEnd, { call }));
    signal.addEventListener('abort', stop, { once: true });
    const result = await connection.sendRequest(toExtension.fetch, {
      call,
      url: request.url,
      method: request.method,
      headers: [...request.headers],
      body,
    });
    signal.throwIfAborted();
    if ('failed' in result) {
      signal.removeEventListener('abort', stop);
      throw rebuilt(result.failed);
    }
    // A redirect: the editor's network stack hides its status and address.
    if (result.status === 0) throw new TypeError('unexpected redirect');
    return responseOf(result, pieces(connection, call, signal, stop));
  };
}

function pieces(
  connection: MessageConnection,
  call: number,
  signal: AbortSignal,
  stop: () => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (controller) => {
        signal.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      },
      pull: async (controller) => {
        const piece = await connection.sendRequest(toExtension.fetchPiece, { call });
        if (signal.aborted) return;
        if ('failed' in piece) controller.error(rebuilt(piece.failed));
        else if (piece.bytes !== null) controller.enqueue(piece.bytes);
        else {
          signal.removeEventListener('abort', stop);
          controller.close();
        }
      },
      cancel: stop,
    },
    { highWaterMark: 0 },
  );
}

/** Statuses of responses that must not have a body. */
const bodiless = [101, 103, 204, 205, 304];

function responseOf(
  { status, statusText, headers }: Exclude<FetchResult, { failed: SentError }>,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Response {
  const init = {
    status,
    statusText,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  };
  return new Response(bodiless.includes(status) ? null : body, init);
}

/** An error as `fetch` throws it: the codes of its causes say what happened. */
function rebuilt(sent: SentError): Error {
  const [first, ...causes] = sent;
  const cause = causes.reduceRight<Error | undefined>(
    (inner, { message, code }) =>
      Object.assign(new Error(message, { cause: inner }), code === null ? {} : { code }),
    undefined,
  );
  return new TypeError(first?.message ?? 'fetch failed', { cause });
}
