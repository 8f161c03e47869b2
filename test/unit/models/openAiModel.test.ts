import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import {
  apiError,
  rateLimited,
  type ScriptedReply,
  unsupportedParameter,
} from '../../host/modelScript';
import { key, withModel } from './withModel';

const hello = [{ role: 'user', content: 'Hello there' }] as const;
const { signal } = new AbortController();

describe('a reply', () => {
  it('is streamed, with the usage of the last chunk', async () => {
    const script = [
      {
        text: 'Good day',
        chunks: ['Good', ' day'],
        usage: { prompt: 100, completion: 7, cached: 64, reasoning: 5 },
      },
    ];
    await withModel(script, {}, async ({ model, server }) => {
      const deltas: string[] = [];
      const reply = await model.complete(hello, { signal, onText: (text) => deltas.push(text) });
      expect(deltas).toEqual(['Good', ' day']);
      expect(reply).toEqual({
        text: 'Good day',
        finishReason: 'stop',
        usage: {
          inputTokens: 100,
          outputTokens: 7,
          cachedInputTokens: 64,
          estimated: false,
          costUsd: null,
        },
      });
      expect(server.requests[0]?.body).toEqual({
        model: 'test-model',
        messages: [{ role: 'user', content: 'Hello there' }],
        stream: true,
        stream_options: { include_usage: true },
      });
    });
  });

  it('has estimated usage when the server reports none', async () => {
    await withModel([{ text: 'one two three', noUsage: true }], {}, async ({ model }) => {
      const messages = [{ role: 'user', content: 'four '.repeat(50).trim() }] as const;
      const { usage } = await model.complete(messages, { signal });
      expect(usage).toMatchObject({ inputTokens: 54, outputTokens: 3, estimated: true });
    });
  });

  it('may come in one document from a server that does not stream', async () => {
    await withModel([{ text: 'All at once', ignoreStream: true }], {}, async ({ model }) => {
      const deltas: string[] = [];
      const reply = await model.complete(hello, { signal, onText: (text) => deltas.push(text) });
      expect(reply).toMatchObject({ text: 'All at once', finishReason: 'stop' });
      expect(reply.usage.estimated).toBe(false);
      expect(deltas).toEqual(['All at once']);
    });
  });

  it('survives any cut between its bytes', async () => {
    const text = 'naïve – 日本 👍🏽 \u2028 "quoted" \\ end';
    await withModel([{ text, chunks: [...text] }], {}, async ({ model }) => {
      expect((await model.complete(hello, { signal })).text).toBe(text);
    });
  });

  it('leaves hidden reasoning out of the text', async () => {
    await withModel([{ text: '42', reasoning: 'Let me think' }], {}, async ({ model }) => {
      expect((await model.complete(hello, { signal })).text).toBe('42');
    });
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content-filter'],
    ['eos_token', 'stop'],
  ])('that ends with %s has finish reason %s', async (finishReason, expected) => {
    await withModel([{ text: 'So', finishReason }], {}, async ({ model }) => {
      expect(await model.complete(hello, { signal })).toMatchObject({
        text: 'So',
        finishReason: expected,
      });
    });
  });

  it('that is a refusal has its words and says so', async () => {
    const refusal = { choices: [{ message: { refusal: 'I can not' }, finish_reason: 'stop' }] };
    await withModel([{ status: 200, body: refusal }], {}, async ({ model }) => {
      expect(await model.complete(hello, { signal })).toMatchObject({
        text: 'I can not',
        finishReason: 'content-filter',
      });
    });
  });
});

describe('parameters that a server does not know', () => {
  it('leaves out stream_options, and remembers', async () => {
    await withModel(
      ({ body }) => ('stream_options' in body ? unsupportedParameter('stream_options') : 'ok'),
      {},
      async ({ model, server }) => {
        const replies = await Promise.all([
          model.complete(hello, { signal }),
          model.complete(hello, { signal }),
        ]);
        expect(replies.map(({ text, usage }) => [text, usage.estimated])).toEqual([
          ['ok', true],
          ['ok', true],
        ]);
        expect(server.requests).toHaveLength(4);
        await model.complete(hello, { signal });
        expect(server.requests).toHaveLength(5);
      },
    );
  });

  it('sends max_completion_tokens, or max_tokens where that is refused', async () => {
    await withModel(
      ({ body }) =>
        'max_completion_tokens' in body
          ? unsupportedParameter('max_completion_tokens')
          : { text: 'cut', finishReason: 'length' },
      {},
      async ({ model, server }) => {
        await model.complete(hello, { signal, maxOutputTokens: 10 });
        const reply = await model.complete(hello, { signal, maxOutputTokens: 20 });
        expect(reply.finishReason).toBe('length');
        const base = {
          model: 'test-model',
          messages: hello,
          stream: true,
          stream_options: { include_usage: true },
        };
        expect(server.requests.map(({ body }) => body)).toEqual([
          { ...base, max_completion_tokens: 10 },
          { ...base, max_tokens: 10 },
          { ...base, max_tokens: 20 },
        ]);
      },
    );
  });

  it.each([
    'max_tokens is too large: 9000. This model supports at most 4096 completion tokens.',
    'Invalid value for max_completion_tokens: must be less than or equal to 4096',
    'max_tokens: 9000 > 4096, which is the maximum allowed value of 4096 output tokens',
  ])('asks for no more output than the server allows: %s', async (message) => {
    await withModel(
      ({ body }) =>
        Number(body['max_completion_tokens']) > 4096 ? apiError(400, message) : 'fine',
      {},
      async ({ model, server }) => {
        const reply = await model.complete(hello, { signal, maxOutputTokens: 9000 });
        await model.complete(hello, { signal, maxOutputTokens: 8000 });
        expect(reply.text).toBe('fine');
        const asked = server.requests.map(({ body }) => body['max_completion_tokens']);
        expect(asked).toEqual([9000, 4096, 4096]);
      },
    );
  });

  it('understands a refusal in the words of a validator', async () => {
    const detail = [{ loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }];
    const script = [{ status: 422, body: { detail } }, 'ok'];
    await withModel(script, {}, async ({ model }) => {
      expect((await model.complete(hello, { signal })).text).toBe('ok');
    });
  });

  it('does without streaming where that is refused', async () => {
    await withModel(
      ({ stream }) => (stream ? unsupportedParameter('stream') : 'whole'),
      {},
      async ({ model, server }) => {
        expect((await model.complete(hello, { signal })).text).toBe('whole');
        expect(server.requests[1]?.body).not.toHaveProperty('stream_options');
      },
    );
  });

  it('gives up when the refusal goes on', async () => {
    await withModel(
      () => unsupportedParameter('max_completion_tokens'),
      {},
      async ({ model, server }) => {
        await expect(model.complete(hello, { signal, maxOutputTokens: 10 })).rejects.toMatchObject({
          kind: 'bad-request',
        });
        expect(server.requests).toHaveLength(2);
      },
    );
  });
});

describe('a reply that comes to nothing', () => {
  const eventStream = { 'content-type': 'text/event-stream' };
  const overload = 'data: {"error":{"message":"Overloaded","code":529}}\n\n';

  it.each<[string, ScriptedReply, string]>([
    ['a rate limit', rateLimited(1), 'rate-limit'],
    ['a server error', { status: 503 }, 'server'],
    ['a connection closed before it', { drop: 'before' }, 'server'],
    ['a stream that broke', { drop: 'mid-stream', text: 'Half' }, 'server'],
    ['a stream that broke before its first word', { drop: 'mid-stream', text: '' }, 'server'],
    [
      'a stream that ends without a reason or usage',
      { text: 'Half an', finishReason: null, noUsage: true },
      'server',
    ],
    ['no choices', { emptyChoices: true }, 'malformed'],
    ['an overload in the stream', { status: 200, headers: eventStream, body: overload }, 'server'],
  ])('fails after %s, for whoever asked to ask again', async (_, reply, kind) => {
    await withModel([reply, 'whole'], {}, async ({ model, server }) => {
      await expect(model.complete(hello, { signal })).rejects.toMatchObject({
        name: 'ModelError',
        kind,
      });
      expect(server.requests).toHaveLength(1);
    });
  });

  it('says what was spent on it', async () => {
    const script = [{ drop: 'mid-stream', text: 'x'.repeat(80) }] as const;
    await withModel(script, {}, async ({ model }) => {
      const spent: unknown[] = [];
      const onSpent = (usage: unknown) => spent.push(usage);
      await expect(model.complete(hello, { signal, onSpent })).rejects.toThrow();
      expect(spent).toMatchObject([{ inputTokens: 6, outputTokens: 10, estimated: true }]);
    });
  });

  it('leaves what was handed out of it', async () => {
    await withModel([{ drop: 'mid-stream', text: 'Half' }], {}, async ({ model }) => {
      const deltas: string[] = [];
      const reply = model.complete(hello, { signal, onText: (text) => deltas.push(text) });
      await expect(reply).rejects.toMatchObject({ kind: 'server' });
      expect(deltas).toEqual(['Half']);
    });
  });
});

describe.concurrent('patience', () => {
  // Node's own fetch would wait 300 seconds in both cases, so these end only if the limit is wired.
  it.each([
    ['before the first byte', { stall: true }],
    ['in the middle of a reply', { stall: true, after: 'Well' }],
  ] as const)('ends after the given silence %s', async (_, stall) => {
    const options = { timeoutMs: 1_100 };
    await withModel([stall], options, async ({ model, server }) => {
      await expect(model.complete(hello, { signal })).rejects.toThrow(
        /UND_ERR_(HEADERS|BODY)_TIMEOUT/,
      );
      await server.idle();
      expect(server.requests[0]?.aborted).toBe(true);
    });
  });

  it('is for silence, not for the whole reply', async () => {
    const slow = { text: 'a b c d', chunks: ['a', ' b', ' c', ' d'], chunkDelayMs: 700 };
    const options = { timeoutMs: 1_600 };
    await withModel([slow], options, async ({ model, server }) => {
      expect((await model.complete(hello, { signal })).text).toBe('a b c d');
      const [request] = server.requests;
      expect((request?.endedAt ?? 0) - (request?.arrivedAt ?? 0)).toBeGreaterThan(1_600);
    });
  });
});

describe('stopping', () => {
  it.each([
    ['before the first byte', { stall: true }],
    ['in the middle of a reply', { stall: true, after: 'Well' }],
  ] as const)('rejects with the reason at once %s', async (_, reply) => {
    await withModel([reply], {}, async ({ model, server }) => {
      const abort = new AbortController();
      const reason = new Error('Stop was pressed');
      const begun = Promise.withResolvers<void>();
      const completion = model.complete(hello, {
        signal: abort.signal,
        onText: () => begun.resolve(),
      });
      await server.arrived(1);
      if ('after' in reply) await begun.promise;
      abort.abort(reason);
      await expect(completion).rejects.toBe(reason);
      // The request is closed, not left to itself.
      await server.idle();
      expect(server.requests).toHaveLength(1);
    });
  });

  it('sends nothing when it comes first', async () => {
    await withModel(['ok'], {}, async ({ model, server }) => {
      const reason = new Error('Stop was pressed');
      const completion = model.complete(hello, { signal: AbortSignal.abort(reason) });
      await expect(completion).rejects.toBe(reason);
      expect(server.requests).toHaveLength(0);
    });
  });

  it('leaves no listener behind, and warns of none with many calls on one signal', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    try {
      await withModel(
        () => 'ok',
        {},
        async ({ model }) => {
          const abort = new AbortController();
          const calls = Array.from({ length: 64 }, () =>
            model.complete(hello, { signal: abort.signal }),
          );
          expect((await Promise.all(calls)).every(({ text }) => text === 'ok')).toBe(true);
          expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
        },
      );
      await new Promise((resolve) => setImmediate(resolve));
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', onWarning);
    }
  });
});

describe('the API key', () => {
  it('is sent as a bearer token, without white space around it', async () => {
    const options = { apiKey: ` ${key}\r\n`, server: { apiKey: key } };
    await withModel(['ok'], options, async ({ model }) => {
      expect((await model.complete(hello, { signal })).text).toBe('ok');
    });
  });

  it('is not needed by a server that wants none, whatever the environment has', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-of-somebody-else');
    try {
      await withModel(['ok'], { apiKey: null }, async ({ model, server }) => {
        await model.complete(hello, { signal });
        expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
