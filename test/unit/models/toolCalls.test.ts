import { describe, expect, it } from 'vitest';
import type { ScriptedReply } from '../../host/modelScript';
import { withModel } from './withModel';

const { signal } = new AbortController();
const hello = [{ role: 'user', content: 'Hello there' }] as const;
const json = { 'content-type': 'application/json' };
const stream = { 'content-type': 'text/event-stream' };

const code = 'print(grep("needle"))';
const args = JSON.stringify({ code });
const [half, rest] = [args.slice(0, 9), args.slice(9)];
const asText = (name: string, input: string) =>
  `<tool_call>\n${JSON.stringify({ name, arguments: input })}\n</tool_call>`;
const python = asText('python', args);

function streamed(...deltas: readonly object[]): ScriptedReply {
  const chunks = [
    ...deltas.map((delta) => ({ choices: [{ index: 0, delta }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  ];
  const lines = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'];
  return { status: 200, headers: stream, body: lines.map((one) => `data: ${one}\n\n`).join('') };
}

function whole(message: object, reason = 'tool_calls'): ScriptedReply {
  const choices = [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }];
  return { status: 200, headers: json, body: JSON.stringify({ choices }) };
}

const cases: readonly (readonly [name: string, reply: ScriptedReply, text: string])[] = [
  [
    'in a message without content',
    whole({
      content: null,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'python', arguments: args } }],
    }),
    python,
  ],
  [
    'after what was said',
    whole({
      content: 'I look.',
      tool_calls: [{ id: 'a', function: { name: 'python', arguments: args } }],
    }),
    `I look.\n${python}`,
  ],
  [
    'with arguments that are no text, as of Ollama',
    whole({ content: '', tool_calls: [{ function: { name: 'python', arguments: { code } } }] }),
    python,
  ],
  [
    'by the old name',
    whole({ content: null, function_call: { name: 'python', arguments: args } }, 'function_call'),
    python,
  ],
  [
    'of a custom tool',
    whole({
      content: null,
      tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'python', input: code } }],
    }),
    asText('python', code),
  ],
  [
    'several of them',
    whole({
      tool_calls: [
        { id: 'a', function: { name: 'grep', arguments: '{"pattern":"x"}' } },
        { id: 'b', function: { name: 'python', arguments: args } },
      ],
    }),
    `${asText('grep', '{"pattern":"x"}')}\n${python}`,
  ],
  [
    'in pieces',
    streamed(
      { role: 'assistant', content: null },
      {
        tool_calls: [
          { index: 0, id: 'a', type: 'function', function: { name: 'python', arguments: '' } },
        ],
      },
      { tool_calls: [{ index: 0, function: { arguments: half } }] },
      { tool_calls: [{ index: 0, function: { arguments: rest } }] },
    ),
    python,
  ],
  [
    'in pieces that repeat its name',
    streamed(
      { tool_calls: [{ index: 0, id: 'a', function: { name: 'python', arguments: half } }] },
      { tool_calls: [{ index: 0, id: 'a', function: { name: 'python', arguments: rest } }] },
    ),
    python,
  ],
  [
    'in pieces without an index',
    streamed(
      { tool_calls: [{ id: 'a', function: { name: 'python', arguments: half } }] },
      { tool_calls: [{ function: { arguments: rest } }] },
    ),
    python,
  ],
  [
    'several in pieces',
    streamed(
      { tool_calls: [{ index: 0, id: 'a', function: { name: 'grep', arguments: '{}' } }] },
      { tool_calls: [{ index: 1, id: 'b', function: { name: 'python', arguments: half } }] },
      { tool_calls: [{ index: 1, function: { arguments: rest } }] },
    ),
    `${asText('grep', '{}')}\n${python}`,
  ],
  [
    'several that all have the index 0',
    streamed(
      { tool_calls: [{ index: 0, id: 'a', function: { name: 'grep', arguments: '{}' } }] },
      { tool_calls: [{ index: 0, id: 'b', function: { name: 'python', arguments: args } }] },
    ),
    `${asText('grep', '{}')}\n${python}`,
  ],
  [
    'by the old name, in pieces',
    streamed(
      { function_call: { name: 'python', arguments: half } },
      { function_call: { arguments: rest } },
    ),
    python,
  ],
  [
    'that are nothing',
    whole({ content: 'Yes.', tool_calls: [null, 3, {}], function_call: null }),
    'Yes.',
  ],
  ['that are no list', whole({ content: 'Yes.', tool_calls: 'none' }), 'Yes.'],
];

describe('tool calls of a server', () => {
  it.each(cases)('%s are part of the text', async (_, reply, text) => {
    await withModel([reply], {}, async ({ model }) => {
      const said = await model.complete(hello, { signal });
      expect(said).toMatchObject({ text, finishReason: 'stop' });
    });
  });
});
