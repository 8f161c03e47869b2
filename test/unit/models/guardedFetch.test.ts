import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../../src/models/endpoint';
import { guardedFetch } from '../../../src/models/guardedFetch';
import { openAiModel } from '../../../src/models/openAiModel';
import { startModelServer } from '../../host/modelServer';
import { key, withModel } from './withModel';

const secret = 'the question and what it reads';
const hello = [{ role: 'user', content: secret }] as const;
const { signal } = new AbortController();

const fetches: readonly [string, { fetch?: typeof fetch }][] = [
  ["Fathom's own fetch", {}],
  ["the editor's fetch", { fetch: (...request) => globalThis.fetch(...request) }],
];

describe.each(fetches)('a redirect, by %s', (_, own) => {
  it.each([301, 302, 303, 307, 308])('to another host is not followed: %i', async (status) => {
    const elsewhere = await startModelServer(['stolen']);
    try {
      const location = `${elsewhere.url}/chat/completions?key=1`;
      const reply = { status, headers: { location }, body: 'moved' };
      await withModel([reply, 'again'], own, async ({ model, server }) => {
        await expect(model.complete(hello, { signal })).rejects.toMatchObject({
          kind: 'bad-request',
          message:
            `${new URL(server.url).host} redirects to ${elsewhere.url}. Fathom does not follow: your ` +
            'question and what it reads would be sent there. ' +
            `Instead of ${server.url}, set that as the base URL, if you trust it.`,
        });
        expect(server.requests).toHaveLength(1);
        expect(elsewhere.paths).toEqual([]);
      });
    } finally {
      await elsewhere.close();
    }
  });

  it('within the host is not followed either, and said', async () => {
    const reply = { status: 308, headers: { location: '/v2/chat/completions' } };
    await withModel([reply], own, async ({ model, server }) => {
      const place = server.url.replace('/v1', '/v2');
      await expect(model.complete(hello, { signal })).rejects.toThrow(`redirects to ${place}.`);
      expect(server.paths).toEqual(['POST /v1/chat/completions']);
    });
  });

  it.each(['file:///etc/passwd', 'not an address:', 'http://[', ''])(
    'to no web address is refused as well: %j',
    async (location) => {
      const reply = { status: 302, headers: { location } };
      await withModel([reply], own, async ({ model }) => {
        await expect(model.complete(hello, { signal })).rejects.toMatchObject({
          kind: 'bad-request',
        });
      });
    },
  );

  it('is shown without what a terminal would obey', async () => {
    const location = 'http://evil.test/\u009b31m%1b[31m/chat/completions';
    const reply = { status: 302, headers: { location } };
    await withModel([reply], own, async ({ model }) => {
      const failure = await model.complete(hello, { signal }).catch((error: unknown) => error);
      expect(String(failure)).toContain('redirects to http://evil.test/');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      expect(String(failure)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    });
  });
});

describe('a fetch that is not guarded', () => {
  it('sends the question to where a server says', async () => {
    const elsewhere = await startModelServer(['stolen']);
    try {
      const location = `${elsewhere.url}/chat/completions`;
      await withModel([{ status: 307, headers: { location } }], {}, async ({ server }) => {
        await fetch(`${server.url}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify({ model: 'm', messages: hello }),
          headers: { authorization: `Bearer ${key}` },
        });
        expect(elsewhere.requests[0]?.prompt).toBe(secret);
      });
    } finally {
      await elsewhere.close();
    }
  });
});

describe('a guarded fetch', () => {
  const endpoint = parseEndpoint('http://127.0.0.1:9/v1');

  it.each([
    new TypeError('fetch failed', { cause: new Error('unexpected redirect') }),
    new Error('Redirect was cancelled'),
    new Error("Attempted to redirect, but redirect policy was 'error'"),
  ])('takes what a network stack throws in place of a redirect for one: %s', async (error) => {
    const fetch = guardedFetch(() => Promise.reject(error), endpoint);
    await expect(fetch('http://127.0.0.1:9/v1')).rejects.toMatchObject({
      failure: { kind: 'bad-request', message: expect.stringContaining('redirects to another') },
    });
  });

  it('refuses what another fetch has followed', async () => {
    const followed = new Response('{}');
    Object.defineProperties(followed, {
      redirected: { value: true },
      url: { value: 'http://elsewhere.test/v1/chat/completions' },
    });
    const fetch = guardedFetch(async () => followed, endpoint);
    await expect(fetch('http://127.0.0.1:9/v1')).rejects.toMatchObject({
      failure: { message: expect.stringContaining('redirects to http://elsewhere.test/v1.') },
    });
  });

  it('lets a list of models have 8 MB', async () => {
    const body = new Uint8Array(8 * 2 ** 20);
    const get = (bytes: Uint8Array<ArrayBuffer>) =>
      guardedFetch(async () => new Response(bytes), endpoint)('http://127.0.0.1:9/v1/models');
    expect((await (await get(body)).arrayBuffer()).byteLength).toBe(8 * 2 ** 20);
    const more = await get(new Uint8Array(8 * 2 ** 20 + 1));
    await expect(more.text()).rejects.toMatchObject({ failure: { kind: 'oversized' } });
  });
});

describe('a server that sends too much', () => {
  it('is not asked again, and is told of as what it is', async () => {
    const body = 'a'.repeat(2 ** 20 + 1);
    const json = { 'content-type': 'application/json' };
    await withModel([{ status: 200, headers: json, body }], {}, async ({ model, server }) => {
      await expect(model.complete(hello, { signal })).rejects.toMatchObject({
        kind: 'oversized',
        status: null,
        message:
          `${new URL(server.url).host} sent too much: a reply of more than 1 MB. Nothing of it is used. ` +
          `Check that ${server.url} is the right base URL, and look at the server's log.`,
      });
    });
  });

  it('is told of with the status of its error', async () => {
    const server = await startModelServer([{ status: 503, body: 'a'.repeat(2 ** 20 + 1) }]);
    try {
      const model = openAiModel({ name: 'm', apiKey: null, baseUrl: server.url });
      await expect(model.complete(hello, { signal })).rejects.toMatchObject({
        kind: 'oversized',
        status: 503,
      });
    } finally {
      await server.close();
    }
  });
});
