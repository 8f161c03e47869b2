import { afterEach, describe, expect, it, vi } from 'vitest';
import { openAiModel } from '../../../src/models/openAiModel';
import { key, withModel } from './withModel';

const hello = [{ role: 'user', content: 'Hello there' }] as const;
const { signal } = new AbortController();

/** What the OpenAI client takes from the environment by itself. */
const environment = {
  OPENAI_API_KEY: 'sk-of-the-environment',
  OPENAI_ADMIN_KEY: 'sk-of-an-admin',
  OPENAI_ORG_ID: 'org-of-the-environment',
  OPENAI_PROJECT_ID: 'proj-of-the-environment',
  OPENAI_BASE_URL: 'http://127.0.0.1:9/of-the-environment',
  OPENAI_CUSTOM_HEADERS: 'X-Company: of-the-environment\nAuthorization: Bearer of-the-environment',
  OPENAI_WEBHOOK_SECRET: 'whsec-of-the-environment',
  OPENAI_LOG: 'debug',
};

/** All that a server that is not OpenAI's may be told, apart from what HTTP itself needs. */
const allowed = [
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'sec-fetch-mode',
  'user-agent',
];

describe('what the environment says about an OpenAI account', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('reaches no other server, with a request or with a look at its models', async () => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const heads: string[] = [];
    const spied: typeof fetch = async (url, init) => {
      heads.push(JSON.stringify([...new Headers(init?.headers)]));
      return fetch(url, init);
    };
    const no = { status: 404, body: { error: { message: 'no such model' } } };
    await withModel([no, 'Yes.'], { fetch: spied }, async ({ model, server }) => {
      await expect(model.complete(hello, { signal })).rejects.toThrow('no such model');
      expect((await model.complete(hello, { signal })).text).toBe('Yes.');
      expect(server.paths).toContain('GET /v1/models');
      for (const { headers } of server.requests) {
        expect(Object.keys(headers).filter((name) => !allowed.includes(name))).toEqual([]);
        expect(headers.authorization).toBe(`Bearer ${key}`);
      }
    });
    expect(heads).toHaveLength(3);
    for (const head of heads) expect(head).not.toMatch(/of-the-environment|stainless/i);
  });

  it('is for OpenAI, which gets it', async () => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const asked: [string, Headers][] = [];
    const answered: typeof fetch = async (url, init) => {
      asked.push([String(url), new Headers(init?.headers)]);
      return Response.json({ choices: [{ message: { content: 'Yes.' }, finish_reason: 'stop' }] });
    };
    const model = openAiModel({ name: 'gpt-5', apiKey: key, baseUrl: null, fetch: answered });
    expect((await model.complete(hello, { signal })).text).toBe('Yes.');
    const [[url, headers] = ['', new Headers()]] = asked;
    expect(url).toBe('https://api.openai.com/v1/chat/completions');
    expect(headers.get('x-company')).toBe('of-the-environment');
    expect(headers.get('openai-organization')).toBe('org-of-the-environment');
  });
});
