import { afterEach, describe, expect, it, vi } from 'vitest';
import { openAiModel } from '../../../src/models/openAiModel';
import { withModel } from './withModel';

const hello = [{ role: 'user', content: 'Hello there' }] as const;
const { signal } = new AbortController();

describe('the way to a server', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('leads through the proxy of the environment', async () => {
    await withModel(['by proxy'], {}, async ({ server }) => {
      // A proxy is an HTTP server that is asked for whole URLs; this one answers them itself.
      vi.stubEnv('http_proxy', new URL(server.url).origin);
      vi.stubEnv('no_proxy', '');
      const baseUrl = 'http://models.test/v1';
      const model = openAiModel({ name: 'm', apiKey: null, baseUrl });
      expect((await model.complete(hello, { signal })).text).toBe('by proxy');
      expect(server.requests[0]?.headers.host).toBe('models.test');
    });
  });

  it('is direct to this machine', async () => {
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    await withModel(['direct'], {}, async ({ model }) => {
      expect((await model.complete(hello, { signal })).text).toBe('direct');
    });
  });

  it("can be the caller's own", async () => {
    const urls: string[] = [];
    const own: typeof fetch = (url, init) => {
      urls.push(String(url));
      return fetch(url, init);
    };
    await withModel(['own'], { fetch: own }, async ({ model, server }) => {
      expect((await model.complete(hello, { signal })).text).toBe('own');
      expect(urls).toEqual([`${server.url}/chat/completions`]);
    });
  });
});
