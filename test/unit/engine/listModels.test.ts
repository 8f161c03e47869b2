import { describe, expect, it } from 'vitest';
import { listModels } from '../../../src/engine/listModels';
import { startModelServer } from '../../host/modelServer';

const { signal } = new AbortController();
const endpoint = 'http://models.test/v1';

const answering = (body: unknown, init: ResponseInit = {}): typeof fetch => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return async () => new Response(text, init);
};
const list = (fetch: typeof globalThis.fetch) => listModels(endpoint, 'key', signal, fetch);
const listOf = (...ids: readonly unknown[]) => answering({ data: ids.map((id) => ({ id })) });

describe('the list of models', () => {
  it('has the names as the server spells them', async () => {
    const server = await startModelServer([], { models: ['qwen3:8b', 'org/модель v2'] });
    try {
      expect(await listModels(server.url, null, signal, fetch)).toEqual({
        kind: 'listed',
        names: ['qwen3:8b', 'org/модель v2'],
      });
    } finally {
      await server.close();
    }
  });

  it.each([
    '\u001b[31mred',
    'two\nlines',
    'two\u2028lines',
    'right\u202eleft',
    'zero\u200bwidth',
    'bell\u0007',
    'half \ud800',
    'b'.repeat(201),
  ])('leaves out what is no name: %j', async (name) => {
    expect(await list(listOf(name, 'plain'))).toEqual({ kind: 'listed', names: ['plain'] });
    expect(await list(listOf(name))).toMatchObject({ kind: 'unknown' });
  });

  it.each<[string, typeof fetch, string]>([
    ['no list', answering({ data: 7 }), 'sent no list of models'],
    ['no JSON', answering('<p>'), "can't be reached"],
    ['an error', answering('', { status: 500 }), 'answered with status 500'],
    ['too much', answering('['.repeat(9 * 2 ** 20)), 'sent too much: a reply of more than 8 MB'],
    [
      'a redirect',
      answering('', { status: 302, headers: { location: 'http://evil.test/v1/models' } }),
      'redirects to http://evil.test/v1/models',
    ],
  ])('says what came in its place: %s', async (_, fetch, reason) => {
    expect(await list(fetch)).toEqual({
      kind: 'unknown',
      reason: expect.stringContaining(reason),
    });
  });

  it('is not looked at beyond what any server has', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `m${index}`);
    const found = await list(listOf(7, null, ...names));
    expect(found).toMatchObject({ kind: 'listed', names: { length: 9_998 } });
  });

  it.each(['https://api.anthropic.com', 'https://api.anthropic.com/v1'])(
    'is asked for as %s wants',
    async (url) => {
      const asked: [string, Headers][] = [];
      const fetch: typeof globalThis.fetch = async (address, init) => {
        asked.push([String(address), new Headers(init?.headers)]);
        return Response.json({ data: [{ type: 'model', id: 'claude-opus-5' }], has_more: false });
      };
      expect(await listModels(url, 'key', signal, fetch)).toEqual({
        kind: 'listed',
        names: ['claude-opus-5'],
      });
      const [address, headers] = asked[0] ?? [];
      expect(address).toBe('https://api.anthropic.com/v1/models?limit=1000');
      expect(headers?.get('anthropic-version')).toBe('2026-10-21');
      expect(await listModels(url, null, signal, fetch)).toEqual({ kind: 'refused' });
      expect(asked.length).toBe(1);
    },
  );
});
