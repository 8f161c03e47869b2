import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { findLocalServers } from '../../../src/models/localServers';

const { signal } = new AbortController();

/** Finds servers where these listen, and where nobody does. */
async function found(...listeners: readonly RequestListener[]) {
  const servers = listeners.map((listener) => createServer(listener));
  for (const server of servers) server.listen(0, '127.0.0.1');
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  const [gone = 0] = ports;
  try {
    const places = [...ports, 1].map((port) => ({ port, path: '/v1' }));
    const all = await findLocalServers(places, signal);
    return all.map((server) => ({
      ...server,
      baseUrl: server.baseUrl.replace(String(gone), 'FIRST'),
    }));
  } finally {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  }
}

const answer =
  (body: string, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);
const list = (...ids: readonly string[]) => JSON.stringify({ data: ids.map((id) => ({ id })) });

describe('servers on this machine', () => {
  it('are found by their models, those that converse, and asked for nothing else', async () => {
    const asked: string[] = [];
    const listener: RequestListener = (request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'no key'}`);
      response.end(list('qwen3-coder', 'nomic-embed-text'));
    };
    vi.stubEnv('OPENAI_API_KEY', 'sk-test-0123456789');
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    try {
      expect(await found(listener)).toEqual([
        { baseUrl: 'http://127.0.0.1:FIRST/v1', models: ['qwen3-coder'] },
      ]);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(asked).toEqual(['GET /v1/models no key']);
  });

  it.each<[string, RequestListener]>([
    ['a web page', answer('<!doctype html>')],
    ['other JSON', answer('{"models": []}')],
    ['no models', answer(list())],
    ['names that can not be shown', answer(list('a\u001b[31m'))],
    ['an error', answer(list('a'), 500)],
    ['a wish for a key', answer('{"error": "no key"}', 401)],
    ['a redirect', answer(list('a'), 302, { location: 'http://127.0.0.1:9/' })],
    ['too much', answer(`${list('a')}${' '.repeat(9 * 2 ** 20)}`)],
    [
      'half a list',
      (_, response) => response.writeHead(200, { 'content-length': 99 }).write('{"data":'),
    ],
    ['nothing, for ever', () => undefined],
    ['a broken connection', (request) => request.socket.destroy()],
  ])('are not found in what answers with %s', async (_, listener) => {
    expect(await found(listener)).toEqual([]);
  });

  it('are looked for at once, and the slow ones keep nobody from the others', async () => {
    const servers = await found(answer(list('one')), () => undefined, answer(list('two')));
    expect(servers.map(({ models }) => models)).toEqual([['one'], ['two']]);
  });

  it('are not waited for by who stops', async () => {
    expect(await findLocalServers([{ port: 1, path: '/v1' }], AbortSignal.abort())).toEqual([]);
  });
});
