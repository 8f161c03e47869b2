import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

/** One request to a provider's own API. */
export interface ProviderRequest {
  /** 1 for the first. */
  readonly number: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Its JSON; empty for a GET. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** An event of a stream. */
export interface ProviderEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What the server answers: a document, or events of a stream. */
export interface ProviderReply {
  /** 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, a string as it is. */
  readonly body?: unknown;
  /** Each is sent under the name in its `type`. */
  readonly events?: readonly ProviderEvent[];
  /** After the events: the connection breaks, or stays open. It ends in order by default. */
  readonly after?: 'break' | 'stay';
}

/** A local server that stands for a provider. */
export interface ProviderServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly requests: readonly ProviderRequest[];
  /** A `fetch` that goes here, whatever the address; nothing else is asked. */
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. */
export async function startProviderServer(
  answer: (request: ProviderRequest) => ProviderReply,
): Promise<ProviderServer> {
  const requests: ProviderRequest[] = [];
  const server = createServer(async (message, response) => {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part);
    const text = Buffer.concat(parts).toString();
    const request = {
      number: requests.length + 1,
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headers,
      body: text === '' ? {} : JSON.parse(text),
    };
    requests.push(request);
    send(response, answer(request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    requests,
    fetch: (url, init) => {
      const { pathname, search } = new URL(url instanceof Request ? url.url : url);
      return fetch(`${origin}${pathname}${search}`, init);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(response: ServerResponse, reply: ProviderReply): void {
  const { status = 200, headers = {}, body, events, after } = reply;
  if (!events) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    return;
  }
  response.writeHead(status, { 'content-type': 'text/event-stream', ...headers });
  const said = events.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`);
  response.write(said.join(''), () => {
    if (after === 'break') response.destroy();
    else if (after !== 'stay') response.end();
  });
}
