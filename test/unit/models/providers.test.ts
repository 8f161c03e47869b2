import { describe, expect, it } from 'vitest';
import { ModelError, type ModelReply } from '../../../src/models/languageModel';
import { openAiModel } from '../../../src/models/openAiModel';
import type { ScriptedReply } from '../../host/modelScript';
import { startModelServer } from '../../host/modelServer';
import { key } from './withModel';

const { signal } = new AbortController();
const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Is it so?' },
] as const;
const yes = { text: 'Yes, it is.', finishReason: 'stop' } as const;
const usage = { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 };
const stream = { 'content-type': 'text/event-stream' };

/** A stream of these: JSON, or lines as they are. */
function streamed(...events: readonly unknown[]): ScriptedReply {
  const lines = events.map((one) =>
    typeof one === 'string' ? one : `data: ${JSON.stringify(one)}`,
  );
  return { status: 200, headers: stream, body: lines.map((one) => `${one}\n\n`).join('') };
}

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason, ...more }],
});
const failed = (status: number, body: unknown): ScriptedReply => ({ status, body });
const done = 'data: [DONE]';

/** How a provider speaks: one dialect in one line, as its documentation or its source has it. */
interface Dialect {
  readonly name: string;
  /** Of the address that people set; the local server stands for its origin. */
  readonly baseUrl: string;
  readonly model?: string;
  readonly apiKey?: string | null;
  readonly replies: readonly ScriptedReply[];
  /** What is sent last, in part. */
  readonly sent?: {
    readonly url?: string;
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly body?: object;
  };
  /** What Fathom makes of it: a reply, or an error of this kind with these words. */
  readonly is: Partial<ModelReply> | readonly [ModelError['kind'], string];
}

const google = 'https://generativelanguage.googleapis.com/v1beta/openai/';
const azure = 'https://me.openai.azure.com/openai/deployments/big?api-version=2024-10-21';
const openRouter = 'https://openrouter.ai/api/v1';
const ollama = 'http://127.0.0.1:11434/v1';
const studio = 'http://127.0.0.1:1234/v1';
const vllm = 'http://127.0.0.1:8000/v1';
const llamaCpp = 'http://127.0.0.1:8080/v1';

const dialects: readonly Dialect[] = [
  {
    name: 'Gemini',
    baseUrl: google,
    model: 'gemini-2.5-flash',
    replies: [
      streamed(
        chunk({ role: 'assistant', content: 'Yes, ' }),
        { ...chunk({ role: 'assistant', content: 'it is.' }, 'stop'), usage },
        done,
      ),
    ],
    sent: {
      url: 'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
      headers: { authorization: `Bearer ${key}` },
    },
    is: yes,
  },
  {
    name: 'Gemini, which thought up to its limit',
    baseUrl: google,
    replies: [
      streamed(
        { ...chunk({ role: 'assistant' }, 'length'), usage: { ...usage, completion_tokens: 0 } },
        done,
      ),
    ],
    is: { text: '', finishReason: 'length' },
  },
  {
    name: 'Gemini, with its thoughts',
    baseUrl: google,
    replies: [
      streamed(chunk({ content: '<thought>Hm.</thought>' }), chunk({ content: yes.text }, 'stop')),
    ],
    is: { ...yes, thoughts: 'Hm.' },
  },
  {
    name: 'Gemini, whose errors come as a list',
    baseUrl: google,
    replies: [
      failed(400, [{ error: { code: 400, message: 'Please pass a valid API key.', status: 'X' } }]),
    ],
    is: ['bad-request', 'Please pass a valid API key.'],
  },
  {
    name: 'Gemini, which does not know the key',
    baseUrl: google,
    replies: [failed(400, [{ error: { code: 400, message: 'API key not valid.' } }])],
    is: ['authentication', 'API key was refused'],
  },
  {
    name: 'Gemini, of a prompt that is too long',
    baseUrl: google,
    replies: [
      failed(400, [
        {
          error: {
            message:
              'The input token count (40000) exceeds the maximum number of tokens allowed (32768).',
          },
        },
      ]),
    ],
    is: ['context-length', 'longer than'],
  },
  {
    name: 'Azure OpenAI',
    baseUrl: azure,
    replies: [
      streamed(
        { object: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: yes.text }, null, { content_filter_results: {} }),
        chunk({}, 'stop'),
        { choices: [], usage },
        done,
      ),
    ],
    sent: {
      url: 'https://me.openai.azure.com/openai/deployments/big/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': key, authorization: null },
    },
    is: yes,
  },
  {
    name: 'Azure OpenAI, by an address with the rest of it',
    baseUrl: azure.replace('?', '/chat/completions?'),
    replies: [streamed(chunk({ content: yes.text }, 'stop'))],
    sent: {
      url: 'https://me.openai.azure.com/openai/deployments/big/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': key, authorization: null },
    },
    is: yes,
  },
  {
    name: 'Azure OpenAI, by its newer address',
    baseUrl: 'https://me.openai.azure.com/openai/v1/',
    replies: [streamed(chunk({ content: yes.text }, 'stop'))],
    sent: {
      url: 'https://me.openai.azure.com/openai/v1/chat/completions',
      headers: { authorization: `Bearer ${key}` },
    },
    is: yes,
  },
  {
    name: 'Azure OpenAI, whose filter refuses the prompt',
    baseUrl: azure,
    replies: [
      failed(400, {
        error: {
          code: 'content_filter',
          message: "The response was filtered due to the prompt triggering Azure's policy.",
          innererror: { code: 'ResponsibleAIPolicyViolation' },
        },
      }),
    ],
    is: ['content-filter', 'refused the prompt'],
  },
  {
    name: 'Azure OpenAI, whose filter ends the reply',
    baseUrl: azure,
    replies: [streamed(chunk({ content: 'Yes' }), chunk({}, 'content_filter'), done)],
    is: { text: 'Yes', finishReason: 'content-filter' },
  },
  {
    name: 'Azure OpenAI, without that deployment',
    baseUrl: azure,
    replies: [
      failed(404, {
        error: {
          code: 'DeploymentNotFound',
          message: 'The API deployment for this resource does not exist.',
        },
      }),
    ],
    is: ['not-found', 'deployment for this resource does not exist'],
  },
  {
    name: 'OpenRouter, which says what it costs',
    baseUrl: openRouter,
    model: 'some/model',
    replies: [
      streamed(
        ': OPENROUTER PROCESSING',
        chunk({ role: 'assistant', content: '', reasoning: 'Hm.' }),
        ': OPENROUTER PROCESSING',
        chunk({ content: yes.text }, 'stop', { native_finish_reason: 'end_turn' }),
        { choices: [], usage: { ...usage, cost: 0.0125 } },
        done,
      ),
    ],
    sent: { url: `${openRouter}/chat/completions`, headers: { authorization: `Bearer ${key}` } },
    is: {
      ...yes,
      thoughts: 'Hm.',
      usage: {
        inputTokens: 12,
        outputTokens: 5,
        cachedInputTokens: 0,
        estimated: false,
        costUsd: 0.0125,
      },
    },
  },
  {
    name: "OpenRouter, with a key of the user's own",
    baseUrl: openRouter,
    replies: [
      streamed(chunk({ content: yes.text }, 'stop'), {
        choices: [],
        usage: {
          ...usage,
          cost: 0.25,
          is_byok: true,
          cost_details: { upstream_inference_cost: 0.5 },
        },
      }),
    ],
    is: {
      ...yes,
      usage: {
        inputTokens: 12,
        outputTokens: 5,
        cachedInputTokens: 0,
        estimated: false,
        costUsd: 0.75,
      },
    },
  },
  {
    name: 'another server that says what it costs, in who knows what',
    baseUrl: vllm,
    replies: [streamed({ ...chunk({ content: yes.text }, 'stop'), usage: { ...usage, cost: 0 } })],
    is: {
      ...yes,
      usage: {
        inputTokens: 12,
        outputTokens: 5,
        cachedInputTokens: 0,
        estimated: false,
        costUsd: null,
      },
    },
  },
  {
    name: 'OpenRouter, whose provider fails in mid-stream',
    baseUrl: openRouter,
    replies: [
      streamed(chunk({ content: 'Yes, ' }), {
        error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
        choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      }),
    ],
    is: ['server', 'Provider disconnected'],
  },
  {
    name: 'OpenRouter, with an error in a choice',
    baseUrl: openRouter,
    replies: [
      streamed(
        chunk({ content: '' }, 'error', { error: { code: 429, message: 'Upstream is busy' } }),
      ),
    ],
    is: ['rate-limit', 'Upstream is busy'],
  },
  {
    name: 'OpenRouter, with what the provider said',
    baseUrl: openRouter,
    replies: [
      failed(400, {
        error: {
          code: 400,
          message: 'Provider returned error',
          metadata: {
            provider_name: 'X',
            raw: '{"error":{"message":"prompt is too long: 9 tokens"}}',
          },
        },
      }),
    ],
    is: ['context-length', 'prompt is too long'],
  },
  {
    name: 'OpenRouter, without credit',
    baseUrl: openRouter,
    replies: [failed(402, { error: { code: 402, message: 'Insufficient credits' } })],
    is: ['rate-limit', 'plan and billing'],
  },
  {
    name: 'Ollama, an older one without usage',
    baseUrl: ollama,
    apiKey: null,
    replies: [
      streamed(
        chunk({ role: 'assistant', content: yes.text }),
        chunk({ content: '' }, 'stop'),
        done,
      ),
    ],
    sent: {
      url: `${ollama}/chat/completions`,
      headers: { authorization: null, 'api-key': null },
      body: { messages, stream: true },
    },
    is: { ...yes, usage: expect.objectContaining({ estimated: true, costUsd: null }) },
  },
  {
    name: 'Ollama, which thinks',
    baseUrl: ollama,
    replies: [
      streamed(
        chunk({ content: '', reasoning: 'Hm.' }),
        chunk({ content: yes.text }, 'stop'),
        done,
      ),
    ],
    is: { ...yes, thoughts: 'Hm.' },
  },
  {
    name: 'Ollama, which thinks by the name of its own API',
    baseUrl: ollama,
    replies: [
      streamed(chunk({ content: '', thinking: 'Hm.' }), chunk({ content: yes.text }, 'stop'), done),
    ],
    is: { ...yes, thoughts: 'Hm.' },
  },
  {
    name: 'Ollama, without that model',
    baseUrl: ollama,
    replies: [
      failed(404, {
        error: {
          message: 'model "m" not found, try pulling it first',
          type: 'api_error',
          code: null,
        },
      }),
    ],
    is: ['not-found', 'not found, try pulling it first'],
  },
  {
    name: 'Ollama, whose runner ends in mid-stream',
    baseUrl: ollama,
    replies: [
      streamed(chunk({ content: 'Yes' }), { error: 'an error was encountered while running it' }),
    ],
    is: ['server', 'an error was encountered'],
  },
  {
    name: 'LM Studio',
    baseUrl: studio,
    replies: [
      streamed(
        { ...chunk({ role: 'assistant', content: yes.text }), system_fingerprint: 'm' },
        { ...chunk({}, 'stop'), stats: {} },
        done,
      ),
    ],
    is: yes,
  },
  {
    name: 'LM Studio, with an error of one word',
    baseUrl: studio,
    replies: [failed(400, { error: 'Model unloaded.' })],
    is: ['bad-request', '"Model unloaded."'],
  },
  {
    name: 'LM Studio, of a prompt that is too long',
    baseUrl: studio,
    replies: [
      streamed(
        'event: error\ndata: {"error":{"message":"Trying to keep the first 9000 tokens when context the overflows."}}',
      ),
    ],
    is: ['context-length', 'OLLAMA_CONTEXT_LENGTH'],
  },
  {
    name: 'vLLM, which reasons',
    baseUrl: vllm,
    replies: [
      streamed(
        chunk({ role: 'assistant', content: '' }),
        chunk({ reasoning_content: 'Hm.', content: null }),
        chunk({ content: yes.text }, 'stop', { stop_reason: null, logprobs: null }),
        { choices: [], usage },
        done,
      ),
    ],
    is: { ...yes, thoughts: 'Hm.' },
  },
  {
    name: 'vLLM, with an end of the model as its stop_reason',
    baseUrl: vllm,
    replies: [streamed(chunk({ content: yes.text }, 'stop', { stop_reason: 151_645 }), done)],
    is: yes,
  },
  {
    name: 'vLLM, with an error at the top',
    baseUrl: vllm,
    replies: [
      failed(400, { object: 'error', message: 'Bad n', type: 'BadRequestError', code: 400 }),
    ],
    is: ['bad-request', '"Bad n"'],
  },
  {
    name: 'vLLM, without that model',
    baseUrl: vllm,
    replies: [
      failed(404, {
        object: 'error',
        message: 'The model `m` does not exist.',
        code: 404,
        type: 'NotFoundError',
      }),
    ],
    is: ['not-found', 'does not exist'],
  },
  {
    name: 'vLLM, whose model takes no system message',
    baseUrl: vllm,
    replies: [
      failed(400, { object: 'error', message: 'System role not supported', code: 400 }),
      streamed(chunk({ content: yes.text }, 'stop')),
    ],
    sent: { body: { messages: [{ role: 'user', content: 'Be brief.\n\nIs it so?' }] } },
    is: yes,
  },
  {
    name: 'llama.cpp, with timings',
    baseUrl: llamaCpp,
    replies: [
      streamed(
        chunk({ role: 'assistant', content: null }),
        chunk({ content: yes.text }),
        { ...chunk({}, 'stop'), timings: { prompt_n: 12, predicted_n: 5 } },
        { choices: [], usage, timings: { prompt_n: 12 } },
        done,
      ),
    ],
    is: {
      ...yes,
      usage: {
        inputTokens: 12,
        outputTokens: 5,
        cachedInputTokens: 0,
        estimated: false,
        costUsd: null,
      },
    },
  },
  {
    name: 'llama.cpp, of a prompt that is too long',
    baseUrl: llamaCpp,
    replies: [
      failed(400, {
        error: {
          code: 400,
          message:
            'the request exceeds the available context size (4096 tokens), try increasing it',
          type: 'exceed_context_size_error',
          n_prompt_tokens: 9000,
          n_ctx: 4096,
        },
      }),
    ],
    is: ['context-length', '--ctx-size'],
  },
  {
    name: 'llama.cpp, an older one, with an error in a field of its own',
    baseUrl: llamaCpp,
    replies: [
      streamed('error: {"code":500,"message":"context shift is disabled","type":"server_error"}'),
    ],
    is: ['server', 'context shift is disabled'],
  },
  {
    name: 'llama.cpp, which loads its model',
    baseUrl: llamaCpp,
    replies: [
      failed(503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }),
    ],
    is: ['server', 'Loading model'],
  },
];

describe('the dialect of', () => {
  it.each(dialects)(
    '$name',
    async ({ baseUrl, model: name = 'm', apiKey = key, replies, sent, is }) => {
      const { pathname } = new URL(baseUrl);
      const base = pathname.replace(/\/(?:chat\/completions)?$/, '');
      const server = await startModelServer(replies, { base, models: null });
      const asked: { readonly url: string; readonly headers: Headers }[] = [];
      // The provider's own address, asked at the local server.
      const fetch: typeof globalThis.fetch = (input, init) => {
        const url = new URL(String(input));
        if (url.pathname.endsWith('/chat/completions')) {
          asked.push({ url: url.href, headers: new Headers(init?.headers) });
        }
        return globalThis.fetch(new URL(`${url.pathname}${url.search}`, server.url), init);
      };
      try {
        const model = openAiModel({ name, apiKey, baseUrl, fetch });
        const made: unknown = await model.complete(messages, { signal }).catch((error) => error);
        if (Array.isArray(is)) {
          expect(made).toBeInstanceOf(ModelError);
          expect(made).toMatchObject({ kind: is[0], message: expect.stringContaining(is[1]) });
        } else {
          expect(made).toMatchObject(is);
        }
        expect(server.requests).toHaveLength(replies.length);
        const last = asked.at(-1);
        if (sent?.url) expect(last?.url).toBe(sent.url);
        for (const [header, value] of Object.entries(sent?.headers ?? {})) {
          expect(last?.headers.get(header)).toBe(value);
        }
        if (sent?.body) expect(server.requests.at(-1)?.body).toMatchObject(sent.body);
      } finally {
        await server.close();
      }
    },
  );
});
