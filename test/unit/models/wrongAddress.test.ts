import { describe, expect, it } from 'vitest';
import { openAiModel } from '../../../src/models/openAiModel';
import type { ScriptedReply } from '../../host/modelScript';
import { type ModelServerOptions, startModelServer } from '../../host/modelServer';
import { key } from './withModel';

const hello = [{ role: 'user', content: 'Hello there' }] as const;
const { signal } = new AbortController();

const page = '<!doctype html><title>Welcome</title>';

/** What servers answer where there is no API. */
const elsewhere: readonly (readonly [string, ScriptedReply | undefined])[] = [
  ['404 and JSON', undefined],
  ['404 of FastAPI', { status: 404, body: { detail: 'Not Found' } }],
  ['404 in words', { status: 404, body: '404 page not found' }],
  ['404 and nothing', { status: 404, body: '' }],
  ['405', { status: 405, body: { detail: 'Method Not Allowed' } }],
  ['a web page', { status: 200, headers: { 'content-type': 'text/html' }, body: page }],
  ['words', { status: 200, body: 'Ollama is running' }],
  ['JSON of its own', { status: 200, body: { status: 'ok' } }],
  [
    'an error at status 200',
    { status: 200, body: { error: 'Unexpected endpoint or method. (POST /chat/completions)' } },
  ],
  ['Cannot POST', { status: 404, headers: { 'content-type': 'text/html' }, body: 'Cannot POST /' }],
];

/** Where the API is, what was set as the base URL, and what is proposed. */
const addresses: readonly (readonly [base: string, set: string, right: string])[] = [
  ['/v1', '', '/v1'],
  ['/v1', '/', '/v1'],
  ['/v1', '/chat/completions', '/v1'],
  ['/v1', '/v1/v1', '/v1'],
  ['/v1', '/api', '/v1'],
  ['/v1', '/api/chat', '/v1'],
  ['/v1', '/api/generate', '/v1'],
  ['/gateway/v1', '/gateway', '/gateway/v1'],
  ['/api/v1', '/v1', '/api/v1'],
  ['/openai/v1', '', '/openai/v1'],
  ['/v1beta/openai', '/v1beta', '/v1beta/openai'],
];

/** Asks a model at an address that is not the one of the API. */
async function askAt(set: string, options: ModelServerOptions) {
  const server = await startModelServer(() => 'Never.', options);
  const { origin } = new URL(server.url);
  try {
    const model = openAiModel({ name: 'test-model', apiKey: key, baseUrl: `${origin}${set}` });
    const failure: unknown = await model.complete(hello, { signal }).catch((error) => error);
    return { failure, server, origin };
  } finally {
    await server.close();
  }
}

describe('a wrong base URL', () => {
  it.each(addresses)(
    'of an API at %s, set to %j, is told the right one',
    async (base, set, right) => {
      const { failure, server, origin } = await askAt(set, { base });
      expect(failure).toMatchObject({
        kind: 'not-found',
        message: expect.stringContaining(
          `It answers at ${origin}${right}: set that as the base URL.`,
        ),
      });
      expect(server.requests).toEqual([]);
    },
  );

  it.each(elsewhere)('where the server answers with %s is told the right one', async (_, reply) => {
    const { failure, origin } = await askAt('', reply === undefined ? {} : { elsewhere: reply });
    expect(failure).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining(`It answers at ${origin}/v1: set that as the base URL.`),
    });
  });

  it.each(elsewhere)('that is nowhere right is an error: %s', async (_, reply) => {
    const nowhere = { base: '/far/away', models: null };
    const options = reply === undefined ? nowhere : { ...nowhere, elsewhere: reply };
    const { failure, server } = await askAt('', options);
    expect(failure).toMatchObject({
      name: 'ModelError',
      message: expect.stringContaining('base URL'),
    });
    // One list is asked for at each place, and no more.
    expect(new Set(server.paths).size).toBe(server.paths.length);
  });

  it('at Azure without a version is told that', async () => {
    const base = '/openai/deployments/big';
    const options = { base: '/nowhere', elsewhere: { status: 404, body: 'Resource not found' } };
    const { failure } = await askAt(base, options);
    expect(failure).toMatchObject({ message: expect.stringContaining('?api-version=') });
  });
});

it('an address with what follows its base works as it is', async () => {
  const server = await startModelServer(() => 'Yes.');
  try {
    for (const end of [
      '',
      '/',
      '/chat/completions',
      '/chat/completions/',
      '/models',
      '/responses',
    ]) {
      const model = openAiModel({ name: 'm', apiKey: key, baseUrl: `${server.url}${end}` });
      expect((await model.complete(hello, { signal })).text).toBe('Yes.');
    }
  } finally {
    await server.close();
  }
});
