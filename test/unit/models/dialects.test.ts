import { describe, expect, it } from 'vitest';
import { ModelError, type ModelReply } from '../../../src/models/languageModel';
import type { ScriptedReply } from '../../host/modelScript';
import { withModel } from './withModel';

const hello = [{ role: 'user', content: 'Hello there' }] as const;
const { signal } = new AbortController();

const stream = { 'content-type': 'text/event-stream' };
const json = { 'content-type': 'application/json' };

/** One streamed chunk of a reply. */
const say = (content: unknown, more: object = {}) => ({
  choices: [{ index: 0, delta: { content }, ...more }],
});
const stop = (finish_reason: string | null = 'stop', more: object = {}) => ({
  choices: [{ index: 0, delta: {}, finish_reason }],
  ...more,
});
const usage = (prompt = 10, completion = 5) => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion },
});
const done = '[DONE]';

/** A stream of these chunks, as a server writes it that closes the connection then. */
function streamed(...chunks: readonly (object | string)[]): ScriptedReply {
  const data = chunks.map((chunk) => (typeof chunk === 'string' ? chunk : JSON.stringify(chunk)));
  return { status: 200, headers: stream, body: data.map((one) => `data: ${one}\n\n`).join('') };
}

function whole(body: unknown, headers: Readonly<Record<string, string>> = json): ScriptedReply {
  return { status: 200, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const message = (content: unknown, more: object = {}) => ({
  choices: [{ index: 0, message: { role: 'assistant', content, ...more }, finish_reason: 'stop' }],
});

interface Case {
  readonly name: string;
  readonly reply: ScriptedReply;
  /** What Fathom makes of it: a reply, or an error of this kind with these words. */
  readonly is: Partial<ModelReply> | readonly [ModelError['kind'], string];
}

const yes = { text: 'Yes, it is.', finishReason: 'stop' } as const;
const halves = [say('Yes, '), say('it is.')] as const;
const brokeOff = ['server', 'broke off its reply'] as const;

const cases: readonly Case[] = [
  // When a reply is whole.
  { name: 'an ordinary one', reply: streamed(...halves, stop(), usage(), done), is: yes },
  { name: 'no reason, but the end mark', reply: streamed(...halves, done), is: yes },
  {
    name: 'an empty reason, and the end mark',
    reply: streamed(...halves, stop(''), done),
    is: yes,
  },
  {
    name: 'an empty reason with each chunk',
    reply: streamed(say('Yes, ', { finish_reason: '' }), say('it is.', { finish_reason: 'stop' })),
    is: yes,
  },
  { name: 'a reason, but no end mark', reply: streamed(...halves, stop()), is: yes },
  {
    name: 'no reason, but usage after the last piece',
    reply: streamed(...halves, { choices: [], ...usage() }),
    is: yes,
  },
  {
    name: 'usage in every chunk',
    reply: streamed(...halves.map((half) => ({ ...half, ...usage() })), stop(), done),
    is: yes,
  },
  {
    name: 'usage in the first chunk',
    reply: streamed({ choices: [], ...usage() }, ...halves, stop(), done),
    is: yes,
  },
  { name: 'a torn stream', reply: streamed(...halves), is: brokeOff },
  {
    name: 'a torn stream with usage in every chunk',
    reply: streamed(...halves.map((half) => ({ ...half, ...usage() }))),
    is: brokeOff,
  },
  {
    name: 'a torn stream with usage in the first chunk',
    reply: streamed({ choices: [], ...usage() }, ...halves),
    is: brokeOff,
  },
  {
    name: 'a torn stream with an empty reason',
    reply: streamed(...halves, stop('')),
    is: brokeOff,
  },
  {
    name: 'a torn stream with null as the reason',
    reply: streamed(...halves, stop(null)),
    is: brokeOff,
  },
  {
    name: 'a choice that is counted from 1',
    reply: streamed(
      { choices: [{ index: 1, delta: { content: 'Yes, it is.' } }] },
      stop('stop', { choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] }),
    ),
    is: yes,
  },
  {
    name: 'two choices, where one was asked for',
    reply: streamed(
      say('Yes, '),
      { choices: [{ index: 1, delta: { content: 'No.' } }] },
      say('it is.'),
      stop(),
      done,
    ),
    is: yes,
  },
  {
    name: 'the whole message after its pieces',
    reply: streamed(
      ...halves,
      { choices: [{ index: 0, message: { content: 'Yes, it is.' }, finish_reason: 'stop' }] },
      done,
    ),
    is: yes,
  },
  {
    name: 'the end mark with white space',
    reply: streamed(...halves, stop(), ' [DONE] '),
    is: yes,
  },
  {
    name: 'empty events between',
    reply: streamed(say('Yes, '), '', say('it is.'), stop(), done),
    is: yes,
  },
  // What it comes as.
  { name: 'one JSON document', reply: whole(message('Yes, it is.')), is: yes },
  {
    name: 'JSON without a reason',
    reply: whole({ choices: [{ message: { content: 'Yes, it is.' } }] }),
    is: yes,
  },
  {
    name: 'JSON as plain text',
    reply: whole(message('Yes, it is.'), { 'content-type': 'text/plain' }),
    is: yes,
  },
  { name: 'JSON as a stream of events', reply: whole(message('Yes, it is.'), stream), is: yes },
  {
    name: 'JSON with white space before it',
    reply: whole(` \n\n ${JSON.stringify(message('Yes, it is.'))}`),
    is: yes,
  },
  {
    name: 'JSON on several lines',
    reply: whole(JSON.stringify(message('Yes, it is.'), null, 2)),
    is: yes,
  },
  {
    name: 'a chunk of JSON on each line',
    reply: whole([...halves, stop()].map((chunk) => JSON.stringify(chunk)).join('\n'), {
      'content-type': 'application/x-ndjson',
    }),
    is: yes,
  },
  {
    name: 'torn chunks of JSON on each line',
    reply: whole(halves.map((chunk) => JSON.stringify(chunk)).join('\n'), {
      'content-type': 'application/x-ndjson',
    }),
    is: brokeOff,
  },
  {
    name: 'events that are called JSON',
    reply: {
      status: 200,
      headers: json,
      body: `data: ${JSON.stringify(say('Yes, it is.'))}\n\ndata: ${JSON.stringify(stop())}\n\n`,
    },
    is: yes,
  },
  {
    name: 'the text of a completion',
    reply: whole({ choices: [{ text: 'Yes, it is.', finish_reason: 'stop' }] }),
    is: yes,
  },
  {
    name: 'torn JSON',
    reply: whole(JSON.stringify(message('Yes, it is.')).slice(0, -5)),
    is: ['malformed', 'not JSON'],
  },
  {
    name: 'a web page as plain text',
    reply: whole('<!doctype html><p>', { 'content-type': 'text/plain' }),
    is: ['malformed', 'a web page'],
  },
  // Errors in place of a reply.
  {
    name: 'an error at status 200',
    reply: whole({ error: { message: 'Out of memory' } }),
    is: ['server', 'Out of memory'],
  },
  {
    name: 'an error in one word',
    reply: whole({ error: 'Overloaded' }),
    is: ['server', 'Overloaded'],
  },
  {
    name: 'an error with a status as its code',
    reply: whole({ error: { message: 'Slow down', code: 429 } }),
    is: ['rate-limit', 'Slow down'],
  },
  {
    name: 'an error of a web framework',
    reply: whole({ detail: 'No worker' }),
    is: ['server', 'No worker'],
  },
  {
    name: 'an error as an object',
    reply: whole({ object: 'error', message: 'No worker', code: 503 }),
    is: ['server', 'No worker'],
  },
  {
    name: 'an error in mid-stream',
    reply: streamed(say('Yes, '), { error: { message: 'Lost the GPU' } }),
    is: ['server', 'Lost the GPU'],
  },
  {
    name: 'an error event in mid-stream',
    reply: {
      status: 200,
      headers: stream,
      body: `data: ${JSON.stringify(say('Yes, '))}\n\nevent: error\ndata: {"type":"overloaded_error","message":"Too busy"}\n\n`,
    },
    is: ['server', 'Too busy'],
  },
  {
    name: 'an error in a choice',
    reply: streamed(
      say('Yes, '),
      {
        choices: [
          {
            index: 0,
            delta: { content: '' },
            finish_reason: 'error',
            error: { message: 'Upstream failed', code: 502 },
          },
        ],
      },
      done,
    ),
    is: ['server', 'Upstream failed'],
  },
  // Errors keep their own words, wherever they are.
  ...(
    [
      ['an event with words only', 'event: error\ndata: Out of memory\n\n'],
      ['an event with JSON of a text', 'event: error\ndata: "Out of memory"\n\n'],
      ['an event of its own fields', 'event: error\ndata: {"code":1,"msg":"Out of memory"}\n\n'],
      [
        'an event with an error in it',
        'event: error\ndata: {"error":{"message":"Out of memory"}}\n\n',
      ],
      ["Anthropic's type", 'data: {"type":"error","message":"Out of memory"}\n\n'],
      ["llama.cpp's field", 'error: {"code":500,"message":"Out of memory"}\n\n'],
      ["Google's list", '[{"error":{"code":500,"message":"Out of memory"}}]'],
      ['a list of errors', '{"errors":[{"message":"Out of memory"}]}'],
      ['words in an object', '{"error":{"message":{"detail":"Out of memory"}}}'],
      ['JSON in its words', '{"error":"{\\"error\\":{\\"message\\":\\"Out of memory\\"}}"}'],
      ['a mark, and words beside it', '{"error":true,"message":"Out of memory"}'],
      ['a number, and words beside it', '{"error":500,"error_msg":"Out of memory"}'],
      [
        'words of a provider behind',
        '{"error":{"message":"Failed","metadata":{"raw":"Out of memory"}}}',
      ],
      ['a list of details', '{"detail":[{"loc":["body"],"msg":"Out of memory"}]}'],
      ['an error in the second choice', '{"choices":[{},{"error":{"message":"Out of memory"}}]}'],
      ['words in a stream', 'data: Out of memory\n\n'],
    ] as const
  ).map(
    ([how, body]): Case => ({
      name: `an error as ${how}`,
      reply: { status: 200, headers: stream, body },
      is: [how === 'words in a stream' ? 'malformed' : 'server', 'Out of memory'],
    }),
  ),
  {
    name: 'an error after the end mark is not heard',
    reply: streamed(...halves, stop(), done, { error: { message: 'Late' } }),
    is: yes,
  },
  // Reasons, in the words of providers.
  ...[
    'length',
    'LENGTH',
    'max_tokens',
    'MAX_TOKENS',
    'FINISH_REASON_MAX_TOKENS',
    'model_length',
    'max_output_tokens',
    'incomplete',
    'model_context_window_exceeded',
  ].map(
    (word): Case => ({
      name: `the reason ${word}`,
      reply: streamed(...halves, stop(word), done),
      is: { ...yes, finishReason: 'length' },
    }),
  ),
  ...[
    'content_filter',
    'SAFETY',
    'safety',
    'RECITATION',
    'PROHIBITED_CONTENT',
    'BLOCKLIST',
    'SPII',
    'refusal',
    'sensitive',
    'ContentFilter',
  ].map(
    (word): Case => ({
      name: `the reason ${word}`,
      reply: streamed(...halves, stop(word), done),
      is: { ...yes, finishReason: 'content-filter' },
    }),
  ),
  ...[
    'stop',
    'STOP',
    'Stop',
    'end_turn',
    'eos',
    'eos_token',
    'stop_sequence',
    'tool_calls',
    'function_call',
    'COMPLETE',
    'done',
    'constructor',
  ].map(
    (word): Case => ({
      name: `the reason ${word}`,
      reply: streamed(...halves, stop(word), done),
      is: yes,
    }),
  ),
  ...[
    'error',
    'abort',
    'cancelled',
    'insufficient_system_resource',
    'network_error',
    'MALFORMED_FUNCTION_CALL',
  ].map(
    (word): Case => ({
      name: `the reason ${word}`,
      reply: streamed(...halves, stop(word), done),
      is: ['server', `it gave "${word}" as the reason to stop`],
    }),
  ),
  // Thoughts are not the reply.
  ...(
    [
      ['a field of DeepSeek', [{ choices: [{ delta: { reasoning_content: 'Hm.' } }] }, ...halves]],
      [
        'a field of OpenRouter',
        [{ choices: [{ delta: { reasoning: 'Hm.', content: '' } }] }, ...halves],
      ],
      ['tags', [say('<think>Hm.</think>\n\nYes, it is.')]],
      ['tags in pieces', [...'<think>Hm.</think>\nYes, it is.'].map((letter) => say(letter))],
      ['a lone end', [say('Hm.\n</think>\n\nYes, '), say('it is.')]],
      [
        'a list of parts with a thought',
        [
          say([{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }]),
          say([{ type: 'text', text: 'Yes, it is.' }]),
        ],
      ],
      [
        'a list of parts with reasoning',
        [
          say([
            { type: 'reasoning', text: 'Hm.' },
            { type: 'text', text: 'Yes, it is.' },
          ]),
        ],
      ],
      [
        'channels',
        [
          say(
            '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes, it is.',
          ),
        ],
      ],
    ] as const
  ).map(
    ([how, chunks]): Case => ({
      name: `thoughts in ${how}`,
      reply: streamed(...chunks, stop(), done),
      is: { ...yes, thoughts: 'Hm.' },
    }),
  ),
  {
    name: 'thoughts that do not end',
    reply: streamed(say('<think>Hm. ```repl\nprint(1)\n```'), stop('length'), done),
    is: { text: '', thoughts: 'Hm. ```repl\nprint(1)\n```', finishReason: 'length' },
  },
  // Usage is believed where it can be true: 6 tokens were sent, and 4 came.
  ...(
    [
      ['as usual', { prompt_tokens: 6, completion_tokens: 4 }, [6, 4, 0, false]],
      ['of another tokenizer', { prompt_tokens: 9, completion_tokens: 7 }, [9, 7, 0, false]],
      ['with hidden reasoning', { prompt_tokens: 6, completion_tokens: 900 }, [6, 900, 0, false]],
      ['of zeros', { prompt_tokens: 0, completion_tokens: 0 }, [6, 5, 0, true]],
      ['without output', { prompt_tokens: 6, completion_tokens: 0 }, [6, 5, 0, true]],
      ['of far too much', { prompt_tokens: 900_000, completion_tokens: 4 }, [6, 4, 0, true]],
      ['below zero', { prompt_tokens: -1, completion_tokens: -1 }, [6, 5, 0, true]],
      ['beyond numbers', { prompt_tokens: 1e300, completion_tokens: 4 }, [6, 5, 0, true]],
      ['in words', { prompt_tokens: 'six', completion_tokens: 'four' }, [6, 5, 0, true]],
      ['in fractions', { prompt_tokens: 6.4, completion_tokens: 3.6 }, [6, 4, 0, false]],
      ['of nothing', {}, [6, 5, 0, true]],
      [
        'with a cache',
        { prompt_tokens: 6, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } },
        [6, 4, 5, false],
      ],
      [
        'without what was in the cache',
        { prompt_tokens: 1, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } },
        [6, 4, 5, false],
      ],
      [
        "in Anthropic's words",
        { prompt_tokens: 1, completion_tokens: 4, cache_read_input_tokens: 5 },
        [6, 4, 5, false],
      ],
      [
        "in DeepSeek's words",
        { prompt_tokens: 6, completion_tokens: 4, prompt_cache_hit_tokens: 5 },
        [6, 4, 5, false],
      ],
    ] as const
  ).map(([what, counts, [inputTokens, outputTokens, cachedInputTokens, estimated]]): Case => {
    const used = { inputTokens, outputTokens, cachedInputTokens, estimated, costUsd: null };
    const reply = streamed(...halves, stop('stop', { usage: counts }), done);
    return { name: `usage ${what}`, reply, is: { ...yes, usage: used } };
  }),
];

describe('what servers answer', () => {
  it.each(cases)('$name', async ({ reply, is }) => {
    await withModel([reply], {}, async ({ model, server }) => {
      const made = await model.complete(hello, { signal }).catch((error: unknown) => error);
      if (Array.isArray(is)) {
        expect(made).toBeInstanceOf(ModelError);
        expect(made).toMatchObject({ kind: is[0], message: expect.stringContaining(is[1]) });
      } else {
        expect(made).toMatchObject(is);
        if (!('thoughts' in is)) expect(made).not.toHaveProperty('thoughts');
      }
      expect(server.requests).toHaveLength(1);
    });
  });

  it('does not wait for a server that keeps the connection open after the last piece', async () => {
    // Ended by nobody else: there is no limit but that of the test.
    const chunks = (async function* () {
      yield 'Yes, it is.';
    })();
    await withModel([{ text: '', chunks, keepOpen: true }], {}, async ({ model, server }) => {
      expect(await model.complete(hello, { signal })).toMatchObject(yes);
      await server.idle();
      expect(server.requests[0]?.aborted).toBe(true);
    });
  });

  it('shows no thought while it comes', async () => {
    const heard: string[] = [];
    const text = '<think>Hm.</think>\nYes.';
    await withModel([{ text, chunks: [...text] }], {}, async ({ model }) => {
      await model.complete(hello, { signal, onText: (delta) => heard.push(delta) });
      expect(heard.join('')).toBe('Yes.');
    });
  });
});
