import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../src/models/languageModel';
import { openAiModel } from '../../../src/models/openAiModel';
import { apiError, type ScriptedReply } from '../../host/modelScript';
import { type ModelServerOptions, startModelServer } from '../../host/modelServer';
import { key, withModel } from './withModel';

const hello = [{ role: 'user', content: 'Hello there' }] as const;
const { signal } = new AbortController();

/** What a model says about a reply that always comes back; HOST and URL stand for the server. */
async function failureOf(
  reply: ScriptedReply,
  options: { apiKey?: string | null; server?: ModelServerOptions; path?: string } = {},
): Promise<ModelError> {
  let failure: unknown;
  await withModel(
    () => reply,
    options,
    async ({ model, server }) => {
      failure = await model.complete(hello, { signal }).catch((error: unknown) => error);
      if (failure instanceof Error) {
        failure.message = failure.message
          .replaceAll(server.url, 'URL')
          .replaceAll(new URL(server.url).host, 'HOST');
      }
    },
  );
  if (!(failure instanceof ModelError)) throw new Error(`No ModelError but ${inspect(failure)}`);
  return failure;
}

/** An error of a provider behind OpenRouter. */
const behind = (raw: string) => ({
  error: { message: 'Provider returned error', code: 400, metadata: { raw } },
});

describe('what a person is told', () => {
  it('when nothing listens there', async () => {
    const server = await startModelServer([]);
    await server.close();
    const model = openAiModel({ name: 'm', apiKey: null, baseUrl: server.url });
    await expect(model.complete(hello, { signal })).rejects.toMatchObject({
      name: 'ModelError',
      kind: 'unreachable',
      message: `Nothing answers at ${server.url}. Is the server running? Check the base URL and its port.`,
    });
  });

  it('when nothing can listen there', async () => {
    const baseUrl = 'http://127.0.0.1:1/v1';
    const model = openAiModel({ name: 'm', apiKey: null, baseUrl });
    await expect(model.complete(hello, { signal })).rejects.toThrow(
      `Nothing answers at ${baseUrl}. Is the server running?`,
    );
  });

  it('when the host does not exist', async () => {
    const model = openAiModel({
      name: 'm',
      apiKey: null,
      baseUrl: 'http://no.such.host.invalid/v1',
    });
    const failure = await model.complete(hello, { signal }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unreachable' });
    expect(String(failure)).toContain('no.such.host.invalid');
  });

  it('when the connection is closed without an answer', async () => {
    expect(await failureOf({ drop: 'before' })).toMatchObject({
      kind: 'server',
      message: expect.stringContaining('HOST closed the connection without an answer'),
    });
  });

  it('when a server without TLS is asked by https', async () => {
    await withModel([], {}, async ({ server }) => {
      const baseUrl = server.url.replace('http:', 'https:');
      const model = openAiModel({ name: 'm', apiKey: null, baseUrl });
      await expect(model.complete(hello, { signal })).rejects.toMatchObject({
        kind: 'unreachable',
        message: expect.stringContaining('use http:// instead'),
      });
    });
  });

  it('when the key is refused', async () => {
    const failure = await failureOf('never', { server: { apiKey: 'another' } });
    expect(failure).toMatchObject({ kind: 'authentication', status: 401 });
    expect(failure.message).toBe(
      'The API key was refused by HOST (401). Set a valid key: OPENAI_API_KEY in a terminal, ' +
        '"Fathom: Set API Key" in VS Code.',
    );
  });

  it('when a key is wanted and there is none', async () => {
    const failure = await failureOf('never', { apiKey: null, server: { apiKey: 'some' } });
    expect(failure.kind).toBe('authentication');
    expect(failure.message).toMatch(/^HOST wants an API key \(401\)/);
  });

  it('when the model is not known, with the nearest that are', async () => {
    const models = ['llama3.2:3b', 'qwen3:8b', 'qwen3:30b', 'gemma3', 'phi4', 'mistral', 'gpt-oss'];
    const reply = apiError(404, 'model "qwen3:7b" not found, try pulling it first');
    const failure = await failureOf(reply, { server: { models } });
    expect(failure).toMatchObject({ kind: 'not-found', status: 404 });
    expect(failure.message).toMatch(
      /^HOST has no model "test-model". The nearest of its 7 are: \S+, \S+, \S+, \S+, \S+\.$/,
    );
  });

  it('when the model is not known and the server does not say which are', async () => {
    const reply = apiError(404, 'No such model');
    expect(await failureOf(reply, { server: { models: null } })).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('"No such model"'),
    });
  });

  it('when a status other than 404 says that there is no such model', async () => {
    const reply = apiError(400, 'Invalid model: test-model');
    const failure = await failureOf(reply, { server: { models: ['this', 'that'] } });
    expect(failure.message).toMatch(/^HOST has no model "test-model". It has: th\w+, th\w+\.$/);
  });

  it('when the list of models holds no names that can be shown', async () => {
    const reply = apiError(404, 'no such model');
    const models = ['evil\n\u001b[31mred\u202e', 'b'.repeat(5_000)];
    const failure = await failureOf(reply, { server: { models } });
    expect(failure.message).toMatch(/ It has: evil \[31mred, b{80}\.$/);
  });

  it.each([
    apiError(400, "This model's maximum context length is 8192 tokens.", {
      code: 'context_length_exceeded',
    }),
    apiError(400, 'the request exceeds the available context size (4096 tokens)'),
    apiError(400, 'prompt is too long: 210000 tokens > 200000 maximum'),
    apiError(413, 'Request Entity Too Large'),
  ])('when the prompt is too long: $body.error.message', async (reply) => {
    const failure = await failureOf(reply);
    expect(failure.kind).toBe('context-length');
    expect(failure.message).toContain('longer than test-model can read');
  });

  it('when there are too many requests, and when to come back', async () => {
    const reply = apiError(429, 'Slow down', { headers: { 'retry-after': '7' } });
    expect(await failureOf(reply)).toMatchObject({
      kind: 'rate-limit',
      status: 429,
      retryAfterMs: 7_000,
    });
  });

  it('when it is long until there may be requests again', async () => {
    const reply = apiError(429, 'Daily limit', { headers: { 'retry-after': '5400' } });
    const failure = await failureOf(reply);
    expect(failure.retryAfterMs).toBe(5_400_000);
    expect(failure.message).toContain('Ask again in 90 minutes, as it wants, or lower');
  });

  it.each([
    apiError(429, 'You exceeded your current quota', {
      code: 'insufficient_quota',
      headers: { 'retry-after': '1' },
    }),
    apiError(402, 'Insufficient credits'),
  ])('when the credit is used up: $status', async (reply) => {
    const failure = await failureOf(reply);
    expect(failure.kind).toBe('rate-limit');
    expect(failure.message).toContain('plan and billing');
    // Waiting does not help.
    expect(failure.retryAfterMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('when a content filter refuses the prompt', async () => {
    const reply = apiError(400, 'Filtered', { code: 'content_filter' });
    expect((await failureOf(reply)).kind).toBe('content-filter');
  });

  it('when the server fails, without its web page', async () => {
    const failure = await failureOf({ status: 502, body: '<html><h1>Bad Gateway</h1></html>' });
    expect(failure).toMatchObject({ kind: 'server', status: 502 });
    expect(failure.message).not.toContain('<');
  });

  it.each<[string, unknown, string]>([
    ['words', 'No GPU', '"No GPU"'],
    ['a text as the error', { error: 'No GPU' }, '"No GPU"'],
    ['an object', { error: { message: 'No GPU' } }, '"No GPU"'],
    ['an object at the top', { object: 'error', message: 'No GPU', code: 40303 }, '"No GPU"'],
    ['a list', [{ error: { message: 'No GPU', status: 'UNAVAILABLE' } }], '"No GPU"'],
    ['details', { detail: 'No GPU' }, '"No GPU"'],
    ['a list of details', { detail: [{ loc: ['body', 'n'], msg: 'No GPU' }] }, '"body.n: No GPU"'],
    ['a message that is no text', { error: { message: { reason: 'No GPU' } } }, '"No GPU"'],
    ['an event', 'data: {"error":{"message":"No GPU"}}\n\n', '"No GPU"'],
    ['what a provider said', behind('No GPU'), '"Provider returned error: No GPU"'],
    ['what it said in JSON', behind('{"message":"No GPU"}'), '"Provider returned error: No GPU"'],
  ])('when an error has its words in %s', async (_, body, words) => {
    for (const status of [400, 418, 500, 503]) {
      const { message, status: told } = await failureOf({ status, body });
      expect(message).toContain(`It said: ${words}`);
      expect(told).toBe(status);
    }
  });

  it.each<[number, string, number | null]>([
    [429, 'Quota exceeded for this minute. Please retry in 37.5s.', 37_500],
    [429, 'Rate limit reached. Please try again in 12s. Visit the limits page.', 12_000],
    [503, 'Loading model', 5_000],
    [503, 'Model test-model is currently loading', 5_000],
    [503, 'The server is overloaded', null],
  ])('when to come back after %i %s', async (status, words, retryAfterMs) => {
    expect(await failureOf(apiError(status, words))).toMatchObject({ status, retryAfterMs });
  });

  it('when a key is refused with status 400', async () => {
    const body = [{ error: { code: 400, message: 'API key not valid. Please pass a valid one.' } }];
    expect(await failureOf({ status: 400, body })).toMatchObject({ kind: 'authentication' });
  });

  it('when a parameter is refused', async () => {
    const failure = await failureOf(apiError(400, 'messages: too few'));
    expect(failure).toMatchObject({ kind: 'bad-request', status: 400 });
    expect(failure.message).toContain('"messages: too few"');
  });

  it('when the reply breaks off', async () => {
    expect(await failureOf({ drop: 'mid-stream', text: 'Half' })).toMatchObject({
      kind: 'server',
      message: expect.stringContaining('HOST broke off its reply'),
    });
  });

  it.each<[string, ScriptedReply]>([
    ['garbage', { garbage: true }],
    ['no choices', { emptyChoices: true }],
    ['other JSON', { status: 200, body: { choices: 'none' } }],
    ['a JSON list', { status: 200, body: [] }],
    ['no JSON', { status: 200, body: 'x', headers: { 'content-type': 'application/json' } }],
    ['nothing', { status: 200, body: '' }],
    ['a web page', { status: 200, body: '<p>', headers: { 'content-type': 'text/html' } }],
  ])('when the server sends %s', async (_, reply) => {
    const failure = await failureOf(reply);
    expect(failure.kind).toBe('malformed');
    expect(failure.message).toContain('Check that URL is the right base URL.');
  });

  it('in one line of bounded length, without control characters', async () => {
    const failure = await failureOf(apiError(400, `\u001b[31mred\r\n${'long '.repeat(1_000)}`));
    expect(failure.message.length).toBeLessThan(600);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(failure.message).not.toMatch(/[\u0000-\u001f\u007f]/);
  });

  it('is not said about a mistake of the caller', async () => {
    await withModel(['ok'], {}, async ({ model, server }) => {
      const mistake = new TypeError('not a function');
      const onText = () => {
        throw mistake;
      };
      await expect(model.complete(hello, { signal, onText })).rejects.toBe(mistake);
      await server.idle();
      expect(server.requests).toHaveLength(1);
    });
  });
});

describe('the API key', () => {
  const echo = `The key ${key} (${encodeURIComponent(key)}) is wrong`;
  it.each<[string, ScriptedReply]>([
    ['401', apiError(401, echo)],
    ['403', apiError(403, echo)],
    ['400', apiError(400, echo)],
    ['404', apiError(404, echo)],
    ['500', apiError(500, echo)],
    ['a plain body', { status: 418, body: echo }],
    ['an unusual body', { status: 400, body: { detail: [{ input: { key } }] } }],
    ['a header', { status: 400, headers: { 'x-request-id': key } }],
    ['garbage', { status: 200, headers: { 'content-type': 'text/event-stream' }, body: echo }],
    [
      'a streamed error',
      {
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        body: `data: ${JSON.stringify({ error: { message: echo } })}\n\n`,
      },
    ],
    ['a break', { drop: 'before' }],
  ])('is nowhere in an error after %s', async (_, reply) => {
    const failure = await failureOf(reply);
    const everything = inspect(failure, { depth: 20, showHidden: true });
    expect(everything).not.toContain(key);
    expect(`${failure.message}${failure.stack}${JSON.stringify(failure)}`).not.toContain(key);
  });

  it.each([
    'sk-abc\ndef-0123456789',
    'sk-abc def-0123456789',
    'ключ-0123456789',
    'sk-“quoted”-0123456789',
    'sk-\u200b0123456789',
  ])('that no header can hold is refused, unnamed: %j', (apiKey) => {
    const make = () => openAiModel({ name: 'm', apiKey, baseUrl: null });
    expect(make).toThrow(/^The API key for api\.openai\.com can't be right: its character \d+ of/);
    expect(make).not.toThrow('0123456789');
  });

  it.each([null, '', '  '])('%j is no key for OpenAI', (apiKey) => {
    expect(() => openAiModel({ name: 'm', apiKey, baseUrl: null })).toThrow(ModelError);
  });
});
