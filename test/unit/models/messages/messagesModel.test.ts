import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { anthropicVersion } from '../../../../src/models/endpoint';
import { ModelError, type ModelReply } from '../../../../src/models/languageModel';
import { messageEvents, signatureOf } from '../../../host/providerReplies';
import type { ProviderReply } from '../../../host/providerServer';
import { providerKey, withProvider } from '../withProvider';

const claude = { name: 'claude-sonnet-5', baseUrl: 'https://api.anthropic.com' };
const { signal } = new AbortController();
const system = { role: 'system', content: 'You answer.' } as const;
const user = (content: string) => ({ role: 'user', content }) as const;
const assistant = (content: string) => ({ role: 'assistant', content }) as const;
const hello = [system, user('Hello there')];
const yes = { text: 'Yes, it is.', finishReason: 'stop' } as const;
const error = (type: string, message: string) => ({ type: 'error', error: { type, message } });
const refused = (status: number, type: string, message: string): ProviderReply => ({
  status,
  body: { ...error(type, message), request_id: 'req_1' },
});
const said = messageEvents();
const begun = said.slice(0, 4);

interface Case {
  readonly name: string;
  readonly reply: ProviderReply;
  /** What Fathom makes of it: a reply, or an error of this kind with these words. */
  readonly is: Partial<ModelReply> | readonly [ModelError['kind'], string];
}

const counts = (input: number, written: number, read: number) => ({
  input_tokens: input,
  cache_creation_input_tokens: written,
  cache_read_input_tokens: read,
});
const whole = (more: object = {}) => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Yes, it is.' }],
  stop_reason: 'end_turn',
  usage: { ...counts(10, 0, 0), output_tokens: 5 },
  ...more,
});

const cases: readonly Case[] = [
  { name: 'an ordinary reply', reply: { events: said }, is: yes },
  {
    name: 'thoughts, which are set aside',
    reply: { events: messageEvents({ thinking: 'Hm, is it?' }) },
    is: { ...yes, thoughts: 'Hm, is it?' },
  },
  {
    name: 'thoughts in the text itself',
    reply: { events: messageEvents({ text: '<think>Hm.</think>\nYes, it is.' }) },
    is: { ...yes, thoughts: 'Hm.' },
  },
  {
    name: 'signed thoughts that are not shown',
    reply: { events: messageEvents({ thinking: '' }) },
    is: yes,
  },
  {
    name: 'no reason, but the last event',
    reply: { events: [...messageEvents({ stop: null }), { type: 'message_stop' }] },
    is: yes,
  },
  { name: 'a whole document', reply: { body: whole() }, is: yes },
  {
    name: 'a whole document with thoughts',
    reply: {
      body: whole({
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 's' },
          { type: 'redacted_thinking', data: 'd' },
          { type: 'text', text: 'Yes, ' },
          { type: 'text', text: 'it is.' },
        ],
      }),
    },
    is: { ...yes, thoughts: 'Hm.' },
  },
  {
    name: 'events that nobody knows',
    reply: {
      events: [
        ...begun,
        { type: 'content_block_whatever' },
        { type: 'content_block_start', index: 7, content_block: { type: 'odd', text: null } },
        ...said.slice(4),
      ],
    },
    is: yes,
  },
  ...(
    [
      ['end_turn', 'stop'],
      ['stop_sequence', 'stop'],
      ['max_tokens', 'length'],
      ['model_context_window_exceeded', 'length'],
      ['pause_turn', 'length'],
      ['refusal', 'content-filter'],
    ] as const
  ).map(([stop, finishReason]) => ({
    name: `the reason ${stop}`,
    reply: { events: messageEvents({ stop }) },
    is: { ...yes, finishReason },
  })),
  {
    name: 'usage, whose input is only what was in no cache',
    reply: { events: messageEvents({ usage: counts(10, 7, 13), outputTokens: 9 }) },
    is: {
      usage: {
        inputTokens: 30,
        cachedInputTokens: 13,
        outputTokens: 9,
        estimated: false,
        costUsd: expect.closeTo((10 * 2 + 7 * 2.5 + 13 * 0.2 + 9 * 10) / 1e6, 12),
      },
    },
  },
  {
    name: 'usage that is impossible',
    reply: { events: messageEvents({ usage: counts(0, 0, 0) }) },
    is: { usage: expect.objectContaining({ estimated: true, outputTokens: 5 }) },
  },
  {
    name: 'no usage at all',
    reply: {
      events: said.flatMap((one) =>
        one.type === 'message_start'
          ? [{ type: 'message_start', message: { type: 'message' } }]
          : one.type === 'message_delta'
            ? [{ type: 'message_delta', delta: { stop_reason: 'end_turn' } }]
            : [one],
      ),
    },
    is: { ...yes, usage: expect.objectContaining({ estimated: true }) },
  },
  {
    name: 'a torn stream',
    reply: { events: messageEvents({ stop: null }) },
    is: ['server', 'broke off its reply'],
  },
  {
    name: 'a connection that breaks',
    reply: { events: begun, after: 'break' },
    is: ['server', 'broke off its reply'],
  },
  {
    name: 'overload in the middle',
    reply: { events: [...begun, error('overloaded_error', 'Overloaded')] },
    is: ['server', 'It said: "Overloaded"'],
  },
  {
    name: 'a limit of requests in the middle',
    reply: { events: [...begun, error('rate_limit_error', 'Slow down')] },
    is: ['rate-limit', 'It said: "Slow down"'],
  },
  {
    name: 'a bad request in the middle',
    reply: { events: [...begun, error('invalid_request_error', 'No.')] },
    is: ['bad-request', 'It said: "No."'],
  },
  {
    name: 'an error at status 200',
    reply: { body: error('api_error', 'Internal server error') },
    is: ['server', 'Internal server error'],
  },
  {
    name: 'overload',
    reply: refused(529, 'overloaded_error', 'Overloaded'),
    is: ['server', 'failed with status 529. It said: "Overloaded"'],
  },
  {
    name: 'too many requests',
    reply: refused(429, 'rate_limit_error', 'This request would exceed your rate limit.'),
    is: ['rate-limit', 'too many requests'],
  },
  {
    name: 'a wrong key',
    reply: refused(401, 'authentication_error', `invalid key ${providerKey}`),
    is: ['authentication', 'Set a valid key: ANTHROPIC_API_KEY in a terminal'],
  },
  {
    name: 'a prompt that is too long',
    reply: refused(
      400,
      'invalid_request_error',
      'prompt is too long: 210000 tokens > 200000 maximum',
    ),
    is: ['context-length', 'The prompt is longer than claude-sonnet-5 can read.'],
  },
  {
    name: 'a prompt that is too long beside its reply',
    reply: refused(
      400,
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000, decrease input length',
    ),
    is: ['context-length', 'longer than'],
  },
  {
    name: 'a request that is too large',
    reply: refused(
      413,
      'request_too_large',
      'Request exceeds the maximum allowed number of bytes.',
    ),
    is: ['context-length', 'longer than'],
  },
  {
    name: 'a web page',
    reply: { body: '<html></html>' },
    is: ['malformed', "a server with Anthropic's Messages API does"],
  },
  {
    name: 'another document',
    reply: { body: { id: 1 } },
    is: ['malformed', 'it sent JSON that is no message'],
  },
  { name: 'a chat completion', reply: { body: { choices: [] } }, is: ['malformed', 'no message'] },
  { name: 'an empty stream', reply: { events: [] }, is: ['malformed', 'no message in it'] },
];

describe('replies of the Messages API', () => {
  it.each(cases)('$name', async ({ reply, is }) => {
    await withProvider(
      claude,
      () => reply,
      async ({ model }) => {
        const outcome = await model
          .complete(hello, { signal })
          .catch((failure: unknown) => failure);
        if (!Array.isArray(is)) {
          expect(outcome).toMatchObject(is);
          return;
        }
        expect(outcome).toBeInstanceOf(ModelError);
        const { kind, message } = outcome as ModelError;
        expect([kind, message]).toEqual([is[0], expect.stringContaining(is[1] as string)]);
        expect(message).not.toContain(providerKey);
      },
    );
  });

  it('are done when a server keeps the connection open', async () => {
    await withProvider(claude, [{ events: said, after: 'stay' }], async ({ model }) => {
      expect(await model.complete(hello, { signal })).toMatchObject(yes);
    });
  });

  it('are streamed without their thoughts', async () => {
    const heard: string[] = [];
    await withProvider(
      claude,
      [{ events: messageEvents({ thinking: 'Hm.' }) }],
      async ({ model }) => {
        await model.complete(hello, { signal, onText: (delta) => heard.push(delta) });
        expect(heard.join('')).toBe(yes.text);
        expect(heard.length).toBeGreaterThan(1);
      },
    );
  });

  it('are counted as far as they came when they break off', async () => {
    const spent: unknown[] = [];
    const reply = { events: messageEvents({ stop: null, text: 'word '.repeat(200) }) };
    await withProvider(claude, [reply], async ({ model }) => {
      const asking = model.complete(hello, { signal, onSpent: (usage) => spent.push(usage) });
      await expect(asking).rejects.toThrow('broke off');
      expect(spent).toEqual([expect.objectContaining({ inputTokens: 10, estimated: true })]);
      expect(spent[0]).toHaveProperty(
        'outputTokens',
        expect.toSatisfy((n: number) => n >= 200),
      );
    });
  });

  it('end where they are too large, also in what is sealed', async () => {
    const delta = { type: 'signature_delta', signature: 'x'.repeat(900_000) };
    const one = { type: 'content_block_delta', index: 0, delta };
    const start = { type: 'content_block_start', index: 0, content_block: { type: 'thinking' } };
    const events = [...said.slice(0, 1), start, one, one, one, one];
    await withProvider(claude, [{ events }], async ({ model }) => {
      await expect(model.complete(hello, { signal })).rejects.toMatchObject({ kind: 'oversized' });
    });
  });
});

describe('requests to the Messages API', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('say what the API wants, and no more', async () => {
    await withProvider(
      claude,
      () => ({ events: said }),
      async ({ model, server }) => {
        await model.complete([...hello, assistant('Hi.'), user('Well?')], {
          signal,
          maxOutputTokens: 900,
        });
        const [sent] = server.requests;
        expect(sent).toMatchObject({ method: 'POST', path: '/v1/messages' });
        expect(sent?.body).toEqual({
          model: 'claude-sonnet-5',
          max_tokens: 900,
          stream: true,
          system: [{ type: 'text', text: 'You answer.' }],
          messages: [
            { role: 'user', content: [{ type: 'text', text: 'Hello there' }] },
            { role: 'assistant', content: [{ type: 'text', text: 'Hi.' }] },
            { role: 'user', content: [{ type: 'text', text: 'Well?' }] },
          ],
        });
        expect(sent?.headers['authorization']).toBe(`Bearer ${providerKey}`);
        expect(sent?.headers['anthropic-version']).toMatch(/^\d{4}-\d\d-\d\d$/);
      },
    );
  });

  it('are of the version that its own client speaks', async () => {
    let version: string | null = null;
    const client = new BaseAnthropic({
      apiKey: 'k',
      fetch: async (_, init) => {
        version = new Headers(init?.headers).get('anthropic-version');
        return Response.json({});
      },
    });
    await client.get('/v1/models');
    expect(version).toBe(anthropicVersion);
  });

  it('mark three places where the conversation goes on, which move with it', async () => {
    await withProvider(
      claude,
      () => ({ events: said }),
      async ({ model, server }) => {
        const talk = [...hello, assistant('a'), user('b'), assistant('c'), user('d')];
        await model.complete(hello, { signal, goesOn: true });
        await model.complete(talk, { signal, goesOn: true });
        const marked = server.requests.map(({ body }) =>
          JSON.parse(JSON.stringify([body['system'], body['messages']]), (_, value) =>
            value?.cache_control ? `${value.text} ${value.cache_control.type}` : value,
          )
            .flat()
            .flatMap((one: { content?: unknown }) => one.content ?? one),
        );
        const ephemeral = (list: readonly unknown[]) =>
          list.filter((one) => typeof one === 'string');
        expect(marked.map(ephemeral)).toEqual([
          ['You answer. ephemeral', 'Hello there ephemeral'],
          ['You answer. ephemeral', 'b ephemeral', 'd ephemeral'],
        ]);
      },
    );
  });

  it('give thoughts back with the reply that they were for, in that conversation only', async () => {
    const reply = { events: messageEvents({ thinking: 'Hm.', text: 'First.' }) };
    await withProvider(
      claude,
      () => reply,
      async ({ model, server }) => {
        await model.complete(hello, { signal, goesOn: true });
        const goesOn = [...hello, assistant('First.'), user('And then?')];
        await model.complete(goesOn, { signal, goesOn: true });
        const other = [system, user('Another'), assistant('First.'), user('And then?')];
        await model.complete(other, { signal, goesOn: true });
        const replies = server.requests.map(({ body }) =>
          Reflect.get(body['messages'] as object, 1),
        );
        expect(replies[1]).toEqual({
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: signatureOf('Hm.') },
            { type: 'text', text: 'First.' },
          ],
        });
        expect(replies[2]).toEqual({
          role: 'assistant',
          content: [{ type: 'text', text: 'First.' }],
        });
      },
    );
  });

  it.each([
    ['thoughts', 'messages.1.content.0: Invalid `signature` in `thinking` block', 'signature'],
    ['marks', 'system.0.cache_control: Extra inputs are not permitted', 'cache_control'],
  ])('do without %s that a server refuses, from then on', async (_, message, word) => {
    const answer = ({ body }: { body: object }): ProviderReply =>
      JSON.stringify(body).includes(`"${word}"`)
        ? refused(400, 'invalid_request_error', message)
        : { events: messageEvents({ thinking: 'Hm.', text: 'First.' }) };
    await withProvider(claude, answer, async ({ model, server }) => {
      const goesOn = [...hello, assistant('First.'), user('And then?')];
      await model.complete(hello, { signal, goesOn: true });
      await model.complete(goesOn, { signal, goesOn: true });
      const before = server.requests.length;
      await model.complete(goesOn, { signal, goesOn: true });
      expect(server.requests.length).toBe(before + 1);
      expect(JSON.stringify(server.requests.at(-1)?.body)).not.toContain(`"${word}"`);
    });
  });

  it('ask for no more output than a model can give', async () => {
    const words =
      'max_tokens: 32000 > 4096, which is the maximum allowed number of output tokens for claude-3';
    const answer = ({ body }: { body: Readonly<Record<string, unknown>> }): ProviderReply =>
      Number(body['max_tokens']) > 4096
        ? refused(400, 'invalid_request_error', words)
        : { events: said };
    await withProvider(claude, answer, async ({ model, server }) => {
      await model.complete(hello, { signal });
      await model.complete(hello, { signal });
      expect(server.requests.map(({ body }) => body['max_tokens'])).toEqual([32_000, 4096, 4096]);
    });
  });

  it('go only where they are sent, with nothing from the environment', async () => {
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9');
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-of-somebody-else');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'token-of-somebody-else');
    vi.stubEnv('ANTHROPIC_PROFILE', 'nobody');
    vi.stubEnv(
      'ANTHROPIC_CUSTOM_HEADERS',
      'authorization: Bearer stolen\nx-secret: 1\nanthropic-beta: odd',
    );
    for (const apiKey of [providerKey, null]) {
      const own = {
        name: 'local',
        baseUrl: 'http://127.0.0.1:1/v1',
        api: 'messages',
        apiKey,
      } as const;
      await withProvider(
        own,
        () => ({ events: said }),
        async ({ model, server }) => {
          expect(await model.complete(hello, { signal })).toMatchObject(yes);
          const headers = server.requests[0]?.headers ?? {};
          expect(headers['authorization']).toBe(apiKey === null ? undefined : `Bearer ${apiKey}`);
          expect(JSON.stringify(headers)).not.toMatch(
            /somebody|stolen|x-secret|anthropic-beta|x-api-key/,
          );
        },
      );
    }
  });

  it('follow no redirect, and are not repeated by the client', async () => {
    const elsewhere = {
      status: 307,
      headers: { location: 'http://127.0.0.1:9/v1/messages' },
      body: {},
    };
    await withProvider(
      claude,
      () => elsewhere,
      async ({ model, server }) => {
        await expect(model.complete(hello, { signal })).rejects.toThrow(
          'api.anthropic.com redirects to http://127.0.0.1:9/v1. Fathom does not follow',
        );
        expect(server.requests.length).toBe(1);
      },
    );
    const busy = refused(529, 'overloaded_error', 'Overloaded');
    await withProvider(
      claude,
      () => busy,
      async ({ model, server }) => {
        await expect(model.complete(hello, { signal })).rejects.toThrow('529');
        expect(server.requests.length).toBe(1);
      },
    );
  });

  it('end when they are aborted', async () => {
    const stop = new AbortController();
    await withProvider(claude, [{ events: begun, after: 'stay' }], async ({ model }) => {
      const asking = model.complete(hello, { signal: stop.signal, onText: () => stop.abort() });
      await expect(asking).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    });
  });

  it('say which models there are when theirs is none of them', async () => {
    const answer = ({ method }: { method: string }): ProviderReply =>
      method === 'GET'
        ? { body: { data: [{ id: 'claude-sonnet-5', type: 'model' }], has_more: false } }
        : refused(404, 'not_found_error', 'model: claude-sonet-5');
    const typo = { ...claude, name: 'claude-sonet-5' };
    await withProvider(typo, answer, async ({ model, server }) => {
      await expect(model.complete(hello, { signal })).rejects.toThrow(
        'api.anthropic.com has no model "claude-sonet-5". It has: claude-sonnet-5.',
      );
      expect(server.requests[1]).toMatchObject({
        path: '/v1/models',
        headers: { 'anthropic-version': '2026-10-21' },
      });
    });
  });

  it('need a key at Anthropic', async () => {
    await expect(
      withProvider({ ...claude, apiKey: null }, [], async () => undefined),
    ).rejects.toThrow(
      'There is no API key for api.anthropic.com. Set one (ANTHROPIC_API_KEY in a terminal)',
    );
  });
});
