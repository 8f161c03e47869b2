import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** What a hostile server sends on a connection, after it has read the request: pieces, for as long as it takes. */
export type Flood = () => Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

/** A server that writes what it likes on its sockets; no HTTP library keeps it within the rules. */
export interface FloodServer {
  /** The base URL, `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  /** Requests so far, as they came. */
  readonly requests: readonly string[];
  /** Bytes written so far. */
  readonly sent: number;
  close(): Promise<void>;
}

/** @param answer the flood for a request, whose head and body it is given. */
export async function startFloodServer(
  answer: (request: string, number: number) => Flood,
): Promise<FloodServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let sent = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away is what is hoped for.
    socket.on('error', () => undefined);
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (!isWhole(text)) return;
      requests.push(text);
      const flood = answer(text, requests.length);
      text = '';
      pour(socket, flood, (bytes) => {
        sent += bytes;
      }).catch(() => socket.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    requests,
    get sent() {
      return sent;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

function isWhole(request: string): boolean {
  const end = request.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = Number(/^content-length: (\d+)/im.exec(request)?.[1] ?? 0);
  return Buffer.byteLength(request.slice(end + 4)) >= length;
}

/** No faster than the client reads, so that the flood is in its memory and not in ours. */
async function pour(socket: Socket, flood: Flood, count: (bytes: number) => void): Promise<void> {
  for await (const piece of flood()) {
    if (socket.destroyed) return;
    count(Buffer.byteLength(piece));
    if (!socket.write(piece)) await drained(socket);
  }
  socket.end();
}

/** Settles when the socket takes more, or never will. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
