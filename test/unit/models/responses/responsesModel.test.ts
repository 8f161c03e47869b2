import { describe, expect, it } from 'vitest';
import { ModelError, type ModelReply } from '../../../../src/models/languageModel';
import { responseEvents, responseOf } from '../../../host/providerReplies';
import type { ProviderReply } from '../../../host/providerServer';
import { providerKey, withProvider } from '../withProvider';

const gpt = { name: 'gpt-5', baseUrl: null };
const { signal } = new AbortController();
const system = { role: 'system', content: 'You answer.' } as const;
const user = (content: string) => ({ role: 'user', content }) as const;
const assistant = (content: string) => ({ role: 'assistant', content }) as const;
const hello = [system, user('Hello there')];
const yes = { text: 'Yes, it is.', finishReason: 'stop' } as const;
const refused = (status: number, message: string, more: object = {}): ProviderReply => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code: null, ...more } },
});
const said = responseEvents();
const begun = said.slice(0, 4);
const failed = (code: string, message: string) => ({
  type: 'response.failed',
  response: { id: 'r', object: 'response', status: 'failed', error: { code, message } },
});

interface Case {
  readonly name: string;
  readonly reply: ProviderReply;
  /** What Fathom makes of it: a reply, or an error of this kind with these words. */
  readonly is: Partial<ModelReply> | readonly [ModelError['kind'], string];
}

const usage = (input: number, output: number, details?: object) => ({
  input_tokens: input,
  output_tokens: output,
  ...(details ? { input_tokens_details: details } : {}),
});

const cases: readonly Case[] = [
  { name: 'an ordinary reply', reply: { events: said }, is: yes },
  {
    name: 'reasoning, which is set aside',
    reply: { events: responseEvents({ summary: 'Hm.', reasoning: 'sealed' }) },
    is: { ...yes, thoughts: 'Hm.' },
  },
  {
    name: 'thoughts in the text itself',
    reply: { events: responseEvents({ text: '<think>Hm.</think>\nYes, it is.' }) },
    is: { ...yes, thoughts: 'Hm.' },
  },
  { name: 'a whole document', reply: { body: responseOf() }, is: yes },
  {
    name: 'a whole document with reasoning',
    reply: { body: responseOf({ summary: 'Hm.', reasoning: 'sealed' }) },
    is: { ...yes, thoughts: 'Hm.' },
  },
  {
    name: 'a stream that only has an end',
    reply: { events: said.slice(-1) },
    is: yes,
  },
  {
    name: 'two messages, a comment and the answer',
    reply: {
      body: {
        ...responseOf(),
        output: ['I look.', 'Yes, it is.'].map((text) => ({
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text }],
        })),
      },
    },
    is: { text: 'I look.\n\nYes, it is.' },
  },
  {
    name: 'events that nobody knows',
    reply: { events: [...begun, { type: 'response.whatever', item: 7 }, ...said.slice(4)] },
    is: yes,
  },
  ...(
    [
      ['max_output_tokens', 'length'],
      ['content_filter', 'content-filter'],
      [undefined, 'length'],
    ] as const
  ).map(([incomplete, finishReason]) => ({
    name: `a reply that is incomplete for ${incomplete}`,
    reply: {
      events: responseEvents({ status: 'incomplete', ...(incomplete ? { incomplete } : {}) }),
    },
    is: { ...yes, finishReason },
  })),
  {
    name: 'a refusal',
    reply: { events: responseEvents({ refusal: true, text: 'I must not.' }) },
    is: { text: 'I must not.', finishReason: 'content-filter' },
  },
  {
    name: 'a refusal in one document',
    reply: { body: responseOf({ refusal: true, text: 'I must not.' }) },
    is: { text: 'I must not.', finishReason: 'content-filter' },
  },
  {
    name: 'usage with cached tokens',
    reply: { events: responseEvents({ usage: usage(30, 9, { cached_tokens: 10 }) }) },
    is: {
      usage: {
        inputTokens: 30,
        cachedInputTokens: 10,
        outputTokens: 9,
        estimated: false,
        costUsd: expect.closeTo((20 * 1.25 + 10 * 0.125 + 9 * 10) / 1e6, 12),
      },
    },
  },
  {
    name: 'usage that is impossible',
    reply: { events: responseEvents({ usage: usage(0, 0, { cached_tokens: 0 }) }) },
    is: {
      usage: expect.objectContaining({
        estimated: true,
        inputTokens: expect.toSatisfy((n: number) => n > 0),
      }),
    },
  },
  {
    name: 'no usage',
    reply: { events: responseEvents({ usage: null }) },
    is: { ...yes, usage: expect.objectContaining({ estimated: true }) },
  },
  {
    name: 'a torn stream',
    reply: { events: said.slice(0, -1) },
    is: ['server', 'broke off its reply'],
  },
  {
    name: 'a connection that breaks',
    reply: { events: begun, after: 'break' },
    is: ['server', 'broke off its reply'],
  },
  {
    name: 'a failure in the middle',
    reply: { events: [...begun, failed('server_error', 'Something broke.')] },
    is: ['server', 'It said: "Something broke."'],
  },
  {
    name: 'a limit of requests in the middle',
    reply: { events: [...begun, failed('rate_limit_exceeded', 'Slow down.')] },
    is: ['rate-limit', 'It said: "Slow down."'],
  },
  {
    name: 'a prompt that is refused in the middle',
    reply: { events: [...begun, failed('invalid_prompt', 'No.')] },
    is: ['bad-request', 'It said: "No."'],
  },
  {
    name: 'a prompt that turns out too long in the middle',
    reply: {
      events: [
        ...begun,
        failed('context_length_exceeded', 'Your input exceeds the context window of this model.'),
      ],
    },
    is: ['context-length', 'longer than gpt-5 can read'],
  },
  {
    name: 'an error event, with its own words',
    reply: {
      events: [
        ...begun,
        { type: 'error', code: 'server_error', message: 'Sorry about that.', param: null },
      ],
    },
    is: ['server', 'It said: "Sorry about that."'],
  },
  {
    name: 'a failure without words',
    reply: { events: [...begun, { type: 'response.failed', response: { status: 'failed' } }] },
    is: ['server', 'it gave "failed" as the reason to stop'],
  },
  {
    name: 'a document that failed',
    reply: { body: { ...responseOf({ status: 'failed' }), error: { code: 'x', message: 'Oh.' } } },
    is: ['server', 'It said: "Oh."'],
  },
  {
    name: 'a document that is not done',
    reply: { body: responseOf({ status: 'in_progress' }) },
    is: ['server', 'broke off its reply'],
  },
  {
    name: 'a wrong key',
    reply: refused(401, `Incorrect API key provided: ${providerKey}`),
    is: ['authentication', 'Set a valid key: OPENAI_API_KEY in a terminal'],
  },
  {
    name: 'no more credit',
    reply: refused(429, 'You exceeded your current quota.', { code: 'insufficient_quota' }),
    is: ['rate-limit', 'used up'],
  },
  {
    name: 'a prompt that is too long',
    reply: refused(400, 'Your input exceeds the context window of this model.', {
      code: 'context_length_exceeded',
    }),
    is: ['context-length', 'longer than'],
  },
  {
    name: 'a web page',
    reply: { body: '<html></html>' },
    is: ['malformed', "a server with OpenAI's Responses API does"],
  },
  { name: 'a chat completion', reply: { body: { choices: [] } }, is: ['malformed', 'no response'] },
  { name: 'an empty stream', reply: { events: [] }, is: ['malformed', 'no response in it'] },
];

describe('replies of the Responses API', () => {
  it.each(cases)('$name', async ({ reply, is }) => {
    await withProvider(
      gpt,
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
    await withProvider(gpt, [{ events: said, after: 'stay' }], async ({ model }) => {
      expect(await model.complete(hello, { signal })).toMatchObject(yes);
    });
  });

  it('are streamed without their thoughts', async () => {
    const heard: string[] = [];
    await withProvider(gpt, [{ events: responseEvents({ summary: 'Hm.' }) }], async ({ model }) => {
      await model.complete(hello, { signal, onText: (delta) => heard.push(delta) });
      expect(heard.join('')).toBe(yes.text);
      expect(heard.length).toBeGreaterThan(1);
    });
  });

  it('end where they are too large, also in what is sealed', async () => {
    const item = { type: 'reasoning', summary: [], encrypted_content: 'x'.repeat(900_000) };
    const one = { type: 'response.output_item.done', item };
    await withProvider(gpt, [{ events: [...begun, one, one, one] }], async ({ model }) => {
      await expect(model.complete(hello, { signal })).rejects.toMatchObject({ kind: 'oversized' });
    });
  });
});

describe('requests to the Responses API', () => {
  it('say what the API wants, keep nothing there, and no more', async () => {
    await withProvider(
      gpt,
      () => ({ events: said }),
      async ({ model, server }) => {
        const talk = [...hello, assistant('Hi.'), user('Well?')];
        await model.complete(talk, { signal, maxOutputTokens: 900 });
        const [sent] = server.requests;
        expect(sent).toMatchObject({ method: 'POST', path: '/v1/responses' });
        expect(sent?.headers['authorization']).toBe(`Bearer ${providerKey}`);
        expect(sent?.body).toEqual({
          model: 'gpt-5',
          instructions: 'You answer.',
          input: [user('Hello there'), assistant('Hi.'), user('Well?')],
          max_output_tokens: 900,
          store: false,
          stream: true,
        });
      },
    );
  });

  it('give reasoning back with the reply that it was for, in that conversation only', async () => {
    const reply = { events: responseEvents({ reasoning: 'sealed', text: 'First.' }) };
    await withProvider(
      gpt,
      () => reply,
      async ({ model, server }) => {
        await model.complete(hello, { signal, goesOn: true });
        await model.complete([...hello, assistant('First.'), user('And then?')], {
          signal,
          goesOn: true,
        });
        await model.complete([system, user('Other'), assistant('First.'), user('And then?')], {
          signal,
          goesOn: true,
        });
        const sent = server.requests.map(({ body }) => body);
        expect(sent[0]?.['include']).toEqual(['reasoning.encrypted_content']);
        expect(sent[1]?.['input']).toEqual([
          user('Hello there'),
          { type: 'reasoning', summary: [], encrypted_content: 'sealed' },
          {
            type: 'message',
            role: 'assistant',
            content: [{ type: 'output_text', text: 'First.' }],
          },
          user('And then?'),
        ]);
        expect(sent[2]?.['input']).toEqual([user('Other'), assistant('First.'), user('And then?')]);
      },
    );
  });

  it.each([
    ['encrypted content', 400, 'Encrypted content is not supported with this model.', 'include'],
    [
      'reasoning that can no longer be read',
      400,
      'The encrypted content gAAA could not be verified.',
      '"encrypted_content":',
    ],
    [
      'reasoning that it does not find',
      404,
      "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.",
      '"encrypted_content":',
    ],
  ])('do without %s from then on', async (_, status, message, word) => {
    const answer = ({ body }: { body: object }): ProviderReply =>
      JSON.stringify(body).includes(word)
        ? refused(status, message)
        : { events: responseEvents({ reasoning: 'sealed', text: 'First.' }) };
    await withProvider(gpt, answer, async ({ model, server }) => {
      const goesOn = [...hello, assistant('First.'), user('And then?')];
      await model.complete(hello, { signal, goesOn: true });
      await model.complete(goesOn, { signal, goesOn: true });
      const before = server.requests.length;
      await model.complete(goesOn, { signal, goesOn: true });
      expect(server.requests.length).toBe(before + 1);
    });
  });

  it('do without a stream where the organisation may not have one', async () => {
    const answer = ({ body }: { body: Readonly<Record<string, unknown>> }): ProviderReply =>
      body['stream']
        ? refused(400, 'Your organization must be verified to stream this model.', {
            param: 'stream',
            code: 'unsupported_value',
          })
        : { body: responseOf() };
    await withProvider(gpt, answer, async ({ model, server }) => {
      expect(await model.complete(hello, { signal })).toMatchObject(yes);
      expect(await model.complete(hello, { signal })).toMatchObject(yes);
      expect(server.requests.length).toBe(3);
    });
  });

  it('ask for no place in a cache that costs extra, where nothing comes after', async () => {
    const options = async (name: string) => {
      const sent: unknown[] = [];
      await withProvider(
        { ...gpt, name },
        () => ({ events: said }),
        async ({ model, server }) => {
          await model.complete(hello, { signal });
          await model.complete(hello, { signal, goesOn: true });
          sent.push(...server.requests.map(({ body }) => body['prompt_cache_options']));
        },
      );
      return sent;
    };
    expect(await options('gpt-5')).toEqual([undefined, undefined]);
    expect(await options('gpt-5.6-sol')).toEqual([{ mode: 'explicit' }, undefined]);
  });

  it('bill what goes into the cache', async () => {
    const details = { cached_tokens: 10, cache_write_tokens: 20 };
    const reply = { events: responseEvents({ usage: usage(40, 9, details) }) };
    await withProvider({ ...gpt, name: 'gpt-5.6-sol' }, [reply], async ({ model }) => {
      const { usage } = await model.complete(hello, { signal, goesOn: true });
      expect(usage).toMatchObject({ inputTokens: 40, cachedInputTokens: 10, estimated: false });
      expect(usage.costUsd).toBeCloseTo((10 * 4 + 20 * 5 + 10 * 0.4 + 9 * 20) / 1e6, 12);
      expect(model.price(1_000_000, 0)).toBeGreaterThan(0);
      expect(model.price(1_000, 0, true)).toBeCloseTo(0.005, 12);
      expect(model.price(1_000, 0)).toBeCloseTo(0.004, 12);
    });
  });
});
