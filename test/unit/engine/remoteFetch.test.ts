import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import { serveFetch } from '../../../src/editor/engineClient/serveFetch';
import { remoteFetch } from '../../../src/engine/remoteFetch';
import { connectionErrorCode } from '../../../src/models/connectionFailure';
import { parseEndpoint } from '../../../src/models/endpoint';
import { guardedFetch } from '../../../src/models/guardedFetch';

/** The two ends of a connection, and a server that the far one asks. */
async function connect(listener: RequestListener, fetch = globalThis.fetch) {
  const { port1, port2 } = new MessageChannel();
  const near = createMessageConnection(new PortMessageReader(port1), new PortMessageWriter(port1));
  const far = createMessageConnection(new PortMessageReader(port2), new PortMessageWriter(port2));
  const serving = serveFetch(far, fetch);
  near.listen();
  far.listen();
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    fetch: remoteFetch(near),
    async [Symbol.asyncDispose]() {
      serving.dispose();
      near.dispose();
      far.dispose();
      port1.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('remoteFetch', () => {
  it('sends what is to be sent, and reads what comes', async () => {
    await using connected = await connect(async (request, response) => {
      let body = '';
      for await (const part of request) body += String(part);
      response.writeHead(201, { 'x-said': request.headers['x-say'] ?? '' });
      response.end(`${request.method} ${body}`);
    });
    const response = await connected.fetch(connected.url, {
      method: 'POST',
      headers: { 'x-say': 'yes' },
      body: 'äöü 😀',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-said')).toBe('yes');
    expect(await response.text()).toBe('POST äöü 😀');
  });

  it('hands a stream on piece by piece, and ends it when nobody reads on', async () => {
    const closed = Promise.withResolvers<void>();
    await using connected = await connect((_request, response) => {
      response.on('close', closed.resolve);
      response.write('first');
    });
    const controller = new AbortController();
    const response = await connected.fetch(connected.url, { signal: controller.signal });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe('first');
    const next = reader?.read();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    await closed.promise;
  });

  it('ends a request that is stopped before anything came', async () => {
    const closed = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await using connected = await connect((_request, response) => {
      response.on('close', closed.resolve);
      asked.resolve();
    });
    const controller = new AbortController();
    const response = connected.fetch(connected.url, { signal: controller.signal });
    await asked.promise;
    controller.abort(new Error('enough'));
    await expect(response).rejects.toThrow('enough');
    await closed.promise;
  });

  it('follows no redirect, whatever is asked for', async () => {
    const paths: (string | undefined)[] = [];
    await using connected = await connect((request, response) => {
      paths.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const options = { method: 'POST', body: 'secret', redirect: 'follow' } as const;
    const response = await connected.fetch(connected.url, options);
    expect([response.status, response.headers.get('location')]).toEqual([307, '/elsewhere']);
    const guarded = guardedFetch(connected.fetch, parseEndpoint(connected.url));
    await expect(guarded(connected.url, options)).rejects.toMatchObject({
      failure: { message: expect.stringContaining(`redirects to ${connected.url}elsewhere.`) },
    });
    expect(paths).toEqual(['/', '/']);
  });

  it('says so where the network stack hides a redirect', async () => {
    await using connected = await connect(
      () => undefined,
      async () => Response.error(),
    );
    await expect(connected.fetch(connected.url)).rejects.toThrow('unexpected redirect');
  });

  it('reads no more of an endless body than is wanted', async () => {
    const closed = Promise.withResolvers<void>();
    await using connected = await connect((_request, response) => {
      response.on('close', closed.resolve).on('error', () => undefined);
      const pour = () => {
        while (!response.destroyed && response.write('a'.repeat(65_536)));
      };
      response.on('drain', pour);
      pour();
    });
    const guarded = guardedFetch(connected.fetch, parseEndpoint(connected.url));
    const response = await guarded(connected.url);
    await expect(response.text()).rejects.toMatchObject({ failure: { kind: 'oversized' } });
    await closed.promise;
  });

  it('says why nothing came as the editor’s own does', async () => {
    const connected = await connect(() => undefined);
    const { url, fetch } = connected;
    await using _ = connected;
    const nowhere = await closedPort();
    const error = await fetch(url.replace(/\d+\/$/, `${nowhere}/`)).catch(
      (reason: unknown) => reason,
    );
    expect(connectionErrorCode(error)).toBe('ECONNREFUSED');
    const badPort = await fetch('http://127.0.0.1:1/').catch((reason: unknown) => reason);
    expect(connectionErrorCode(badPort)).toBe('bad port');
  });
});

/** A port of this machine that nothing listens at. */
async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
