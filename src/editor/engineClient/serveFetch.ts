import type { Disposable, MessageConnection } from 'vscode-jsonrpc/node';
import { type SentError, toExtension } from '../../contract/engineProtocol';

interface Call {
  readonly controller: AbortController;
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | null;
}

/** Makes the engine's requests. @returns what ends all of them. */
export function serveFetch(
  connection: MessageConnection,
  fetch: typeof globalThis.fetch,
): Disposable {
  const calls = new Map<number, Call>();
  connection.onRequest(toExtension.fetch, async ({ call, url, headers, ...init }) => {
    const controller = new AbortController();
    const open: Call = { controller, reader: null };
    calls.set(call, open);
    try {
      const sent = headers.map(([name, value]): [string, string] => [name, value]);
      const response = await fetch(url, {
        ...init,
        headers: sent,
        signal: controller.signal,
        // Nothing is sent to another place; the engine decides what to do about a redirect.
        redirect: 'manual',
      });
      open.reader = response.body?.getReader() ?? null;
      if (!open.reader) calls.delete(call);
      const { status, statusText } = response;
      return { status, statusText, url: response.url, headers: [...response.headers] };
    } catch (error) {
      calls.delete(call);
      return { failed: sentError(error) };
    }
  });
  connection.onRequest(toExtension.fetchPiece, async ({ call }) => {
    const reader = calls.get(call)?.reader;
    if (!reader) return { bytes: null };
    try {
      const { done, value } = await reader.read();
      if (!done) return { bytes: value };
      calls.delete(call);
      return { bytes: null };
    } catch (error) {
      calls.delete(call);
      return { failed: sentError(error) };
    }
  });
  connection.onNotification(toExtension.fetchEnd, ({ call }) => {
    calls.get(call)?.controller.abort();
    calls.delete(call);
  });
  return {
    dispose: () => {
      for (const { controller } of calls.values()) controller.abort();
      calls.clear();
    },
  };
}

function sentError(error: unknown): SentError {
  const sent: { message: string; code: string | null }[] = [];
  let current = error;
  // A loop in the chain of causes must not hang us.
  for (let depth = 0; depth < 10 && current instanceof Error; depth += 1) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : null;
    sent.push({ message: current.message, code });
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return sent.length > 0 ? sent : [{ message: String(error), code: null }];
}
