import type { ProviderEvent } from './providerServer';

/** What a model of Anthropic's says. */
export interface MessageSaid {
  readonly text?: string;
  /** Signed, as it is sent back. */
  readonly thinking?: string;
  /** Null for a reply that does not say. */
  readonly stop?: string | null;
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly outputTokens?: number;
}

type Events = readonly ProviderEvent[];

/** The events of a reply through Anthropic's Messages, as its API reference has them. */
export function messageEvents({
  text = 'Yes, it is.',
  thinking,
  stop = 'end_turn',
  usage = { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  outputTokens = 5,
}: MessageSaid = {}): Events {
  const half = Math.ceil(text.length / 2);
  const at = thinking === undefined ? 0 : 1;
  const start = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    content: [],
    model: 'claude',
    stop_reason: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const events = [
    { type: 'message_start', message: start },
    { type: 'ping' },
    ...(thinking === undefined ? [] : thoughtEvents(thinking)),
    { type: 'content_block_start', index: at, content_block: { type: 'text', text: '' } },
    ...[text.slice(0, half), text.slice(half)].map((piece) => ({
      type: 'content_block_delta',
      index: at,
      delta: { type: 'text_delta', text: piece },
    })),
    { type: 'content_block_stop', index: at },
  ];
  if (stop === null) return events;
  return [
    ...events,
    {
      type: 'message_delta',
      delta: { stop_reason: stop, stop_sequence: null },
      usage: { output_tokens: outputTokens },
    },
    { type: 'message_stop' },
  ];
}

function thoughtEvents(thinking: string): Events {
  const block = { type: 'thinking', thinking: '', signature: '' };
  const deltas = [
    { type: 'thinking_delta', thinking },
    { type: 'signature_delta', signature: signatureOf(thinking) },
  ];
  return [
    { type: 'content_block_start', index: 0, content_block: block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
  ];
}

/** What a thought must come back with. */
export function signatureOf(thinking: string): string {
  return `signed:${thinking.length}`;
}

/** What a model of OpenAI's says. */
export interface ResponseSaid {
  readonly text?: string;
  /** Encrypted, as it is sent back. */
  readonly reasoning?: string;
  /** Shown in the stream. */
  readonly summary?: string;
  readonly status?: string;
  readonly incomplete?: string;
  readonly refusal?: boolean;
  readonly usage?: Readonly<Record<string, unknown>> | null;
}

/** The events of a reply through OpenAI's Responses, as its API reference has them. */
export function responseEvents(said: ResponseSaid = {}): Events {
  const { text = 'Yes, it is.', summary, status = 'completed', refusal = false } = said;
  const half = Math.ceil(text.length / 2);
  const kind = refusal ? 'response.refusal' : 'response.output_text';
  const response = responseOf(said);
  const at = said.reasoning === undefined ? 0 : 1;
  const items = response.output.map((item, output_index) => ({
    type: 'response.output_item.done',
    output_index,
    item,
  }));
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.in_progress' },
    ...(summary === undefined
      ? []
      : [{ type: 'response.reasoning_summary_text.delta', output_index: 0, delta: summary }]),
    ...items.slice(0, at),
    {
      type: 'response.output_item.added',
      output_index: at,
      item: { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] },
    },
    ...[text.slice(0, half), text.slice(half)].map((delta) => ({
      type: `${kind}.delta`,
      output_index: at,
      content_index: 0,
      delta,
    })),
    ...items.slice(at),
    { type: `response.${status}`, response },
  ];
}

/** The same in one document. */
export function responseOf({
  text = 'Yes, it is.',
  reasoning,
  summary,
  status = 'completed',
  incomplete,
  refusal = false,
  usage = { input_tokens: 10, input_tokens_details: { cached_tokens: 0 }, output_tokens: 5 },
}: ResponseSaid = {}) {
  const content = refusal
    ? [{ type: 'refusal', refusal: text }]
    : [{ type: 'output_text', text, annotations: [] }];
  const thought = {
    id: 'rs_1',
    type: 'reasoning',
    summary: summary === undefined ? [] : [{ type: 'summary_text', text: summary }],
    encrypted_content: reasoning,
  };
  return {
    id: 'resp_1',
    object: 'response',
    status,
    error: null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    output: [
      ...(reasoning === undefined ? [] : [thought]),
      { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content },
    ],
    usage,
  };
}
