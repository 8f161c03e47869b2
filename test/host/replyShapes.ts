import type { ScriptedReply } from './modelScript';

/** One of the ways in which servers answer, given what the model says in pieces. */
export interface ReplyShape {
  readonly name: string;
  readonly reply: (pieces: readonly string[]) => ScriptedReply;
}

const stream = { 'content-type': 'text/event-stream' };
const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html' };
const page = '<!doctype html><html><body><h1>Oops</h1></body></html>';

const say = (content: unknown, more: object = {}) => ({
  choices: [{ index: 0, delta: { content }, ...more }],
});
const stop = (finish_reason: string | null = 'stop') => ({
  choices: [{ index: 0, delta: {}, finish_reason }],
});
/** No input is what some servers report of a prompt in their cache: it goes with prompts of any length. */
const usage = { choices: [], usage: { prompt_tokens: 0, completion_tokens: 5 } };
const whole = (content: unknown, finish_reason: string | null = 'stop') => ({
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }],
});

/** A stream of these, after which the connection closes in order. */
function streamed(...events: readonly unknown[]): ScriptedReply {
  const lines = events.map((one) =>
    typeof one === 'string' ? one : `data: ${JSON.stringify(one)}`,
  );
  return { status: 200, headers: stream, body: lines.map((one) => `${one}\n\n`).join('') };
}

function document(body: unknown, headers: Readonly<Record<string, string>> = json): ScriptedReply {
  return { status: 200, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const done = 'data: [DONE]';
const halves = (pieces: readonly string[]) => pieces.map((piece) => say(piece));
const first = (pieces: readonly string[]) => say(pieces[0] ?? '');

type Shapes = Readonly<Record<string, ReplyShape['reply']>>;

/** What ends whole, in one spelling or another. */
const wholes: Shapes = {
  'an ordinary stream': (pieces) => streamed(...halves(pieces), stop(), usage, done),
  'a stream without a reason': (pieces) => streamed(...halves(pieces), done),
  'a stream with an empty reason': (pieces) => streamed(...halves(pieces), stop(''), done),
  'a stream that ends with usage': (pieces) => streamed(...halves(pieces), usage),
  'a stream with comments': (pieces) =>
    streamed(': busy', ...halves(pieces), ': busy', stop(), done),
  'a stream with line ends of Windows': (pieces) => {
    const body = [...halves(pieces), stop()].map((one) => `data: ${JSON.stringify(one)}\r\n\r\n`);
    return { status: 200, headers: stream, body: body.join('') };
  },
  'a stream with the whole message at its end': (pieces) =>
    streamed(...halves(pieces), whole(pieces.join('')), done),
  'a choice that is counted from 1': (pieces) =>
    streamed(
      { choices: [{ index: 1, delta: { content: pieces.join('') } }] },
      {
        choices: [{ index: 1, delta: {}, finish_reason: 'stop' }],
      },
    ),
  'one document': (pieces) => document(whole(pieces.join(''))),
  'one document called a stream': (pieces) => document(whole(pieces.join('')), stream),
  'one document called text': (pieces) =>
    document(whole(pieces.join('')), { 'content-type': 'text/plain' }),
  'a document on each line': (pieces) =>
    document([...halves(pieces), stop()].map((one) => JSON.stringify(one)).join('\n')),
  'a list of parts': (pieces) =>
    streamed(...pieces.map((text) => say([{ type: 'text', text }])), stop(), done),
  'thoughts in tags': (pieces) =>
    streamed(say('<think>Or "No"?</think>\n'), ...halves(pieces), stop()),
  'thoughts in a field': (pieces) =>
    streamed({ choices: [{ delta: { reasoning_content: 'No?' } }] }, ...halves(pieces), stop()),
  'a connection that stays open': (pieces) => ({ text: pieces.join(''), keepOpen: true }),
  'words of a completion': (pieces) =>
    document({ choices: [{ text: pieces.join(''), finish_reason: 'stop' }] }),
  'the reason tool_calls': (pieces) => streamed(...halves(pieces), stop('tool_calls'), done),
};

/** What ends in the middle. */
const cuts: Shapes = {
  'a torn stream': (pieces) => ({ drop: 'mid-stream', text: pieces[0] ?? '' }),
  'a connection closed before a byte': () => ({ drop: 'before' }),
  'a stream that closes in order, half way': (pieces) => streamed(first(pieces)),
  'the same with usage in its first event': (pieces) => streamed({ ...first(pieces), ...usage }),
  'the same with an empty reason': (pieces) => streamed(first(pieces), stop('')),
  'the same with null as the reason': (pieces) => streamed(first(pieces), stop(null)),
  'half of a document': (pieces) => document(JSON.stringify(whole(pieces.join(''))).slice(0, -40)),
  'half of the documents on lines': (pieces) =>
    document([first(pieces), first(pieces)].map((one) => JSON.stringify(one)).join('\n')),
  'an error in mid-stream': (pieces) => streamed(first(pieces), { error: { message: 'Lost it' } }),
  'an error of one word in mid-stream': (pieces) =>
    streamed(first(pieces), { error: 'Overloaded' }),
  'an error event in mid-stream': (pieces) =>
    streamed(first(pieces), 'event: error\ndata: {"message":"Lost it"}'),
  'an error event in words': (pieces) => streamed(first(pieces), 'event: error\ndata: Lost it'),
  'an error as a field of its own': (pieces) =>
    streamed(first(pieces), 'error: {"code":500,"message":"Lost it"}'),
  'an error in a choice': (pieces) =>
    streamed(
      first(pieces),
      { choices: [{ delta: {}, error: { message: 'Lost it', code: 502 } }] },
      done,
    ),
  'something else in mid-stream': (pieces) => streamed(first(pieces), 'data: <html>', done),
  ...Object.fromEntries(
    ['error', 'abort', 'cancelled', 'insufficient_system_resource', 'MALFORMED_FUNCTION_CALL'].map(
      (reason) => [
        `half, for the reason ${reason}`,
        (pieces: readonly string[]) => streamed(first(pieces), stop(reason), done),
      ],
    ),
  ),
};

/** What has nothing in it. */
const empties: Shapes = {
  'no byte': () => ({ status: 200, headers: stream, body: '' }),
  'an end mark alone': () => streamed(done),
  'comments alone': () => streamed(': busy', ': busy'),
  'no choices': () => streamed({ choices: [] }, done),
  'no choices in a document': () => document({ choices: [] }),
  'null as its choices': () => document({ choices: null }),
  'an empty text': () => streamed(say(''), stop(), done),
  'white space': () => streamed(say(' \n'), stop(), done),
  'null as its text': () => document(whole(null)),
  'thoughts alone': () => streamed(say('<think>Yes, it is.</think>'), stop(), done),
  'thoughts that do not end': () => streamed(say('<think>Yes, it is.'), stop('length'), done),
  'reasoning alone': () =>
    streamed({ choices: [{ delta: { reasoning_content: 'Yes, it is.' } }] }, stop(), done),
  'nothing, for the output limit': () => streamed(say(''), stop('length'), done),
  'nothing, for a filter': () => streamed(say(''), stop('content_filter'), done),
  'a list': () => document([]),
  'a number': () => document('7'),
  null: () => document('null'),
  'JSON of something else': () => document({ status: 'ok' }),
  'a web page': () => document(page, html),
  'a web page called a stream': () => document(page, stream),
  words: () => document('Internal Server Error', { 'content-type': 'text/plain' }),
  'words in a stream': () => streamed('data: Internal Server Error'),
  'an error at status 200': () => document({ error: { message: 'Out of memory' } }),
  'an error of one word': () => document({ error: 'Overloaded' }),
  'an error of a framework': () => document({ detail: 'No worker' }),
  "Google's list of an error": () => document([{ error: { code: 503, message: 'Busy' } }]),
  'an error in a stream': () => streamed({ error: { message: 'Busy', code: 429 } }),
  'a redirect': () => ({ status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' }),
};

const statuses = [
  400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 422, 425, 429, 451, 500, 501,
  502, 503, 504, 520, 524, 529,
];
/** Bodies of errors, one for each status in turn. */
const bodies: readonly Pick<Extract<ScriptedReply, { status: number }>, 'body' | 'headers'>[] = [
  { body: '' },
  { body: page, headers: html },
  { body: 'Something went wrong' },
  { body: { error: { message: 'Something went wrong', type: 'x', code: null } } },
  { body: { detail: [{ loc: ['body'], msg: 'Something went wrong' }] } },
  { body: [{ error: { message: 'Something went wrong', status: 'X' } }] },
  { body: '{"error": {"message": "Something w', headers: json },
];

const failures: Shapes = {
  ...Object.fromEntries(
    statuses.map((status, index) => [
      `status ${status}`,
      () => ({ status, ...bodies[index % bodies.length] }),
    ]),
  ),
  'a day to wait': () => ({ status: 429, headers: { 'retry-after': '86400' }, body: '' }),
  'used up credit': () => ({
    status: 429,
    body: { error: { message: 'No credit', code: 'insufficient_quota' } },
  }),
  'a model that loads': () => ({ status: 503, body: { error: { message: 'Loading model' } } }),
  'a prompt that is too long': () => ({
    status: 400,
    body: { error: { message: "This model's maximum context length is 10 tokens." } },
  }),
  'a system role that is refused, whatever is sent': () => ({
    status: 400,
    body: { error: { message: 'System role not supported' } },
  }),
  'a parameter that is refused, whatever is sent': () => ({
    status: 400,
    body: { error: { message: 'stream_options is not supported', param: 'stream_options' } },
  }),
};

const named = (shapes: Shapes): readonly ReplyShape[] =>
  Object.entries(shapes).map(([name, reply]) => ({ name, reply }));

/** Shapes in which all that the model said arrives. */
export const wholeShapes = named(wholes);
/** Shapes in which it does not. */
export const brokenShapes = named({ ...cuts, ...empties, ...failures });
