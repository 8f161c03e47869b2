import { describe, expect, it } from 'vitest';
import { apiError, type ScriptedReply } from '../../host/modelScript';
import { withModel } from './withModel';

const { signal } = new AbortController();
const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hello there' },
] as const;
const folded = [{ role: 'user', content: 'Be brief.\n\nHello there' }];
const stream = { 'content-type': 'text/event-stream' };

/** How servers refuse a system message. */
const systemRefusals: readonly (readonly [string, ScriptedReply])[] = [
  [
    'OpenAI',
    apiError(
      400,
      "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
      {
        code: 'unsupported_value',
        param: 'messages[0].role',
      },
    ),
  ],
  [
    'a gateway before it',
    apiError(400, "'messages[0].role' does not support 'developer' with this model."),
  ],
  [
    'vLLM',
    { status: 400, body: { object: 'error', message: 'System role not supported', code: 400 } },
  ],
  [
    'SGLang, which fails over it',
    { status: 500, body: { error: { message: 'TemplateError: System role not supported' } } },
  ],
  [
    'TGI',
    {
      status: 422,
      body: { error: 'Template error: template rendering failed: System role not supported' },
    },
  ],
  [
    'llama.cpp',
    {
      status: 500,
      body: {
        error: {
          code: 500,
          message: 'Jinja Exception: System role not supported',
          type: 'server_error',
        },
      },
    },
  ],
  [
    "Mistral's template",
    {
      status: 400,
      body: {
        object: 'error',
        message: 'Conversation roles must alternate user/assistant/user/assistant/...',
      },
    },
  ],
  ['LM Studio', { status: 400, body: { error: 'Only user and assistant roles are supported!' } }],
  [
    'Google',
    {
      status: 400,
      body: [
        {
          error: {
            code: 400,
            message: 'Developer instruction is not enabled for models/gemma-3-27b-it',
            status: 'INVALID_ARGUMENT',
          },
        },
      ],
    },
  ],
  [
    'Bedrock',
    {
      status: 400,
      body: { message: "This model doesn't support system messages. Try again without." },
    },
  ],
  [
    'a validator',
    apiError(422, "messages: Unexpected role 'system'. Allowed are user and assistant."),
  ],
  ['MiniMax', apiError(400, 'invalid params, the role of the first message must be user')],
  [
    'OpenRouter, which hides it',
    apiErrorBehind('{"error":{"message":"System role not supported","code":400}}'),
  ],
  [
    'an error at status 200',
    { status: 200, body: { error: { message: 'System role not supported', code: 400 } } },
  ],
  [
    'an error in a stream',
    {
      status: 200,
      headers: stream,
      body: 'data: {"error":{"message":"System role not supported","code":400}}\n\n',
    },
  ],
];

function apiErrorBehind(raw: string): ScriptedReply {
  const error = { message: 'Provider returned error', code: 400, metadata: { raw } };
  return { status: 400, body: { error } };
}

describe('a system message', () => {
  it.each(systemRefusals)('that %s refuses begins the first message of the user', async (_, no) => {
    await withModel(
      (request) => (request.messages[0]?.role === 'system' ? no : 'Fine.'),
      {},
      async ({ model, server }) => {
        expect((await model.complete(messages, { signal })).text).toBe('Fine.');
        expect(server.requests.map((request) => request.messages)).toEqual([messages, folded]);
        // It is not paid for again.
        const more = [...messages, { role: 'assistant', content: 'Hi.' }, messages[1]] as const;
        expect((await model.complete(more, { signal })).text).toBe('Fine.');
        expect(server.requests).toHaveLength(3);
        expect(server.requests[2]?.messages).toEqual([...folded, ...more.slice(2)]);
      },
    );
  });

  it.each<[string, ScriptedReply]>([
    ['a failure of its system', apiError(500, 'The operating system killed the worker.')],
    ['another parameter', apiError(400, 'messages: too few')],
    ['a key that is refused', apiError(401, 'System role not supported')],
    ['too many requests', apiError(429, 'System role not supported')],
  ])('is not taken back for %s', async (_, no) => {
    await withModel(
      () => no,
      {},
      async ({ model, server }) => {
        await expect(model.complete(messages, { signal })).rejects.toMatchObject({
          name: 'ModelError',
        });
        expect(server.requests.map((request) => request.messages)).toEqual([messages]);
      },
    );
  });

  it('is taken back once, and what else is wrong is said', async () => {
    await withModel(
      () => apiError(400, 'System role not supported'),
      {},
      async ({ model, server }) => {
        await expect(model.complete(messages, { signal })).rejects.toMatchObject({
          kind: 'bad-request',
          message: expect.stringContaining('System role not supported'),
        });
        expect(server.requests).toHaveLength(2);
      },
    );
  });

  it('is not taken back in the middle of a reply, which would be said twice', async () => {
    const body =
      'data: {"choices":[{"delta":{"content":"Half"}}]}\n\ndata: {"error":"System role not supported"}\n\n';
    await withModel([{ status: 200, headers: stream, body }, 'Whole.'], {}, async ({ model }) => {
      const heard: string[] = [];
      const asked = model.complete(messages, { signal, onText: (text) => heard.push(text) });
      await expect(asked).rejects.toMatchObject({ kind: 'server' });
      expect(heard).toEqual(['Half']);
    });
  });
});
