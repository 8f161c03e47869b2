import { describe, expect, it } from 'vitest';
import { type ApiWish, apiNames, apiOf } from '../../../src/models/apiName';
import { parseEndpoint } from '../../../src/models/endpoint';
import { Scheduler } from '../../../src/models/scheduler';
import { messageEvents, responseEvents } from '../../host/providerReplies';
import type { ProviderReply, ProviderRequest } from '../../host/providerServer';
import { withProvider } from './withProvider';

const { signal } = new AbortController();
const hello = [{ role: 'user', content: 'Hello there' }] as const;

describe('the API that a model is asked through', () => {
  it.each([
    ['auto', null, 'gpt-5', 'responses'],
    ['auto', null, 'gpt-5-pro', 'responses'],
    ['auto', null, 'gpt-5.3-codex', 'responses'],
    ['auto', null, 'gpt-6-sol', 'responses'],
    ['auto', null, 'codex-mini-latest', 'responses'],
    ['auto', null, 'o3', 'responses'],
    ['auto', null, 'o1-pro', 'responses'],
    ['auto', null, 'o4-mini-deep-research', 'responses'],
    ['auto', null, 'gpt-4o', 'chat-completions'],
    ['auto', null, 'gpt-4.1-mini', 'chat-completions'],
    ['auto', null, 'ft:gpt-4o-mini:acme', 'chat-completions'],
    ['auto', null, 'gpt-3.5-turbo', 'chat-completions'],
    ['auto', null, 'o1-mini', 'chat-completions'],
    ['auto', 'https://api.anthropic.com', 'claude-opus-5', 'messages'],
    ['auto', 'https://api.anthropic.com/v1', 'claude-opus-5', 'messages'],
    ['auto', 'https://api.anthropic.com.evil.test/v1', 'claude-opus-5', 'chat-completions'],
    ['auto', 'https://openrouter.ai/api/v1', 'openai/gpt-5', 'chat-completions'],
    ['auto', 'https://acme.openai.azure.com/openai/v1', 'gpt-5', 'chat-completions'],
    [
      'auto',
      'https://generativelanguage.googleapis.com/v1beta/openai',
      'gemini-3',
      'chat-completions',
    ],
    ['auto', 'http://127.0.0.1:11434/v1', 'gpt-oss', 'chat-completions'],
    ['auto', 'http://127.0.0.1:1234/v1', 'claude-like', 'chat-completions'],
    ['messages', 'http://127.0.0.1:11434', 'qwen3', 'messages'],
    ['responses', 'http://127.0.0.1:11434/v1', 'qwen3', 'responses'],
    ['chat-completions', 'https://api.anthropic.com', 'claude-opus-5', 'chat-completions'],
    ['chat-completions', null, 'gpt-5', 'chat-completions'],
  ] as const)('is, for %s at %s with %s, %s', (wish, baseUrl, name, api) => {
    expect(apiOf(wish, parseEndpoint(baseUrl), name)).toBe(api);
  });

  /** A server with all three of them, and what it was asked by. */
  const answers = ({ path }: ProviderRequest): ProviderReply => {
    if (path.endsWith('/messages')) return { events: messageEvents() };
    if (path.endsWith('/responses')) return { events: responseEvents() };
    const message = { role: 'assistant', content: 'Yes, it is.' };
    return { body: { choices: [{ message, finish_reason: 'stop' }] } };
  };

  it.each([
    ['auto', 'https://api.anthropic.com', '/v1/messages'],
    ['auto', 'https://api.anthropic.com/v1/', '/v1/messages'],
    ['messages', 'https://gateway.test/anthropic/v1/messages', '/anthropic/v1/messages'],
    ['messages', 'https://gateway.test/anthropic', '/anthropic/v1/messages'],
    ['messages', 'https://gateway.test/a/v1?key=1', '/a/v1/messages?key=1'],
    ['auto', 'https://api.openai.com/v1', '/v1/responses'],
    ['responses', 'https://gateway.test/v1/responses', '/v1/responses'],
    ['chat-completions', 'https://api.openai.com/v1', '/v1/chat/completions'],
    ['auto', 'https://gateway.test/v1', '/v1/chat/completions'],
  ] as const satisfies readonly (readonly [ApiWish, string, string])[])(
    'is found, for %s at %s, at %s',
    async (api, baseUrl, path) => {
      const pathOnly = (request: ProviderRequest) =>
        answers({ ...request, path: request.path.replace(/\?.*/, '') });
      await withProvider({ name: 'gpt-5', baseUrl, api }, pathOnly, async ({ model, server }) => {
        expect(await model.complete(hello, { signal })).toMatchObject({ text: 'Yes, it is.' });
        expect(server.requests.map((one) => one.path)).toEqual([path]);
      });
    },
  );

  const onlyResponses = (request: ProviderRequest): ProviderReply =>
    request.path.endsWith('/chat/completions')
      ? {
          status: 404,
          body: {
            error: {
              message:
                'This model is only supported in v1/responses and not in v1/chat/completions.',
              type: 'invalid_request_error',
              param: 'model',
              code: null,
            },
          },
        }
      : answers(request);

  it('becomes the only one that a server has for a model, from then on', async () => {
    const asked = { name: 'odd', baseUrl: 'https://gateway.test/v1' };
    await withProvider(asked, onlyResponses, async ({ model, server }) => {
      expect(await model.complete(hello, { signal })).toMatchObject({ text: 'Yes, it is.' });
      expect(await model.complete(hello, { signal })).toMatchObject({ text: 'Yes, it is.' });
      const paths = server.requests.map(({ path }) => path);
      expect(paths.filter((path) => path.endsWith('/chat/completions')).length).toBe(1);
      expect(paths.slice(-2)).toEqual(['/v1/responses', '/v1/responses']);
    });
  });

  it('is the one that was asked for, even where a server wants the other', async () => {
    const asked = {
      name: 'odd',
      baseUrl: 'https://gateway.test/v1',
      api: 'chat-completions',
    } as const;
    await withProvider(asked, onlyResponses, async ({ model }) => {
      await expect(model.complete(hello, { signal })).rejects.toThrow(
        'only supported in v1/responses',
      );
    });
  });
});

describe('what holds for all of them', () => {
  const long = [{ role: 'user', content: 'One of many words. '.repeat(2_000) }] as const;
  const saying: Readonly<Record<string, (text: string, input: number) => ProviderReply>> = {
    'chat-completions': (content, prompt_tokens) => ({
      body: {
        choices: [{ message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens, completion_tokens: 5 },
      },
    }),
    responses: (text, input_tokens) => ({
      events: responseEvents({ text, usage: { input_tokens, output_tokens: 5 } }),
    }),
    messages: (text, input_tokens) => ({
      events: messageEvents({ text, usage: { input_tokens } }),
    }),
  };

  describe.each(apiNames)('%s', (api) => {
    const asked = { name: 'm', baseUrl: 'http://gateway.test/v1', api };
    const say = (text: string, input: number) => () => saying[api]?.(text, input) ?? {};

    it('tells a prompt that was cut, whose reply is not used', async () => {
      await withProvider(asked, say('Yes.', 2_000), async ({ model }) => {
        await expect(model.complete(long, { signal })).rejects.toMatchObject({
          kind: 'context-length',
          cutSilently: true,
        });
      });
      await withProvider(asked, say('Yes.', 8_000), async ({ model }) => {
        expect(await model.complete(long, { signal })).toMatchObject({ text: 'Yes.' });
      });
    });

    it('ends where a reply is larger than any', async () => {
      const much = 'x'.repeat(500_000);
      await withProvider(asked, say(much.repeat(5), 8_000), async ({ model }) => {
        await expect(model.complete(long, { signal })).rejects.toMatchObject({ kind: 'oversized' });
      });
      await withProvider(asked, say(much, 8_000), async ({ model }) => {
        expect((await model.complete(long, { signal })).text.length).toBe(much.length);
      });
    });

    it('is asked again by the scheduler alone, and not where that is no use', async () => {
      const sleep = async () => undefined;
      const clock = { now: () => 0, sleep, random: () => 0 };
      const scheduler = new Scheduler({ concurrency: 1, clock });
      const refusal = (status: number) => ({ status, body: { error: { message: 'No.' } } });
      for (const [status, times] of [
        [529, 3],
        [400, 1],
      ] as const) {
        const answer = ({ number }: ProviderRequest): ProviderReply =>
          number < 3 ? refusal(status) : say('Yes.', 8_000)();
        await withProvider(asked, answer, async ({ model, server }) => {
          const asking = scheduler.run(0, signal, () => model.complete(long, { signal }));
          await asking.catch(() => undefined);
          // What the server is is asked besides.
          const asked = server.requests.filter(({ method }) => method === 'POST');
          expect(asked.length).toBe(times);
        });
      }
    });
  });
});
