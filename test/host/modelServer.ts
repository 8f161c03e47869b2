import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import {
  apiError,
  type ModelRequest,
  type ModelScript,
  type SaidReply,
  type ScriptedReply,
} from './modelScript';
import { type IsRoot, type RecordedRequest, RequestLog } from './requestLog';

/** A local server that speaks OpenAI's chat completions, by a script. */
export interface ModelServer {
  /** The base URL, `http://127.0.0.1:PORT/v1` or with another `base`. */
  readonly url: string;
  /** Chat completions asked for so far, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Paths of every request, `GET /v1/models` and unknown ones included. */
  readonly paths: readonly string[];
  /** The most requests that were open at one moment. */
  readonly maxInFlight: number;
  /** Resolves once `count` chat completions have arrived. */
  arrived(count: number): Promise<void>;
  /** Resolves once nothing is open: every response ended or its client went away. */
  idle(): Promise<void>;
  /** Ends everything: timers, responses and sockets. */
  close(): Promise<void>;
}

export interface ModelServerOptions {
  /** Names that `GET /v1/models` lists; chat completions don't check them. Null answers 404. */
  readonly models?: readonly string[] | null;
  /** By default a free one. */
  readonly port?: number;
  /** The path of OpenAI's API; `/v1` by default. */
  readonly base?: string;
  /** What any other address answers; by default 404 and JSON. */
  readonly elsewhere?: ScriptedReply;
  /** Other addresses that answer, by path, with JSON: what a server has besides OpenAI's API. */
  readonly pages?: Readonly<Record<string, unknown>>;
  /** When set, requests without this bearer token are answered with 401. */
  readonly apiKey?: string;
  /**
   * Tells root calls from sub-calls. By default the first request is a root's, and so is each whose first
   * message (the system prompt) begins with the same line; a child's says more at its end.
   */
  readonly isRoot?: IsRoot;
}

const requestBody = z.looseObject({
  model: z.string(),
  messages: z.array(
    z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }),
  ),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().optional() }).optional(),
});

/** What the handlers of one server share. */
interface Served {
  readonly script: ModelScript;
  readonly options: ModelServerOptions;
  readonly log: RequestLog;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

/** Starts a scripted model server on a free port of 127.0.0.1. */
export async function startModelServer(
  script: ModelScript,
  options: ModelServerOptions = {},
): Promise<ModelServer> {
  const log = new RequestLog(options.isRoot);
  const paths: string[] = [];
  const closing = new AbortController();
  const served: Served = { script, options, log, closing: closing.signal };
  const server = createServer((message, response) => {
    const path = new URL(message.url ?? '/', 'http://127.0.0.1').pathname;
    paths.push(`${message.method} ${path}`);
    // A client that goes away, or a server that closes, interrupts a delay: nothing to report then.
    answer(served, path, message, response).catch((error: unknown) => {
      if (!response.destroyed && !response.headersSent && !closing.signal.aborted) {
        sendJson(response, 500, { error: { message: `The test script failed: ${String(error)}` } });
      } else {
        response.destroy();
      }
    });
  });
  server.keepAliveTimeout = 1_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');

  return {
    url: `http://127.0.0.1:${address.port}${options.base ?? '/v1'}`,
    requests: log.requests,
    paths,
    get maxInFlight() {
      return log.maxInFlight;
    },
    arrived: (count) => log.arrived(count),
    idle: () => log.idle(),
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  served: Served,
  path: string,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { models = ['test-model'], pages, base = '/v1', elsewhere } = served.options;
  if (message.method === 'POST' && path === `${base}/chat/completions`) {
    await answerChat(served, message, response);
  } else if (message.method === 'GET' && path === `${base}/models` && models !== null) {
    sendJson(response, 200, {
      object: 'list',
      data: models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'test' })),
    });
  } else if (message.method === 'GET' && pages && Object.hasOwn(pages, path)) {
    sendJson(response, 200, pages[path]);
  } else if (elsewhere !== undefined) {
    await sendReply(response, elsewhere, false, null, served.closing);
  } else {
    sendJson(response, 404, { error: { message: `Not Found: ${message.method} ${path}` } });
  }
}

async function answerChat(
  { script, options, log, closing }: Served,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = requestBody.safeParse(JSON.parse(await readText(message)));
  if (!body.success) {
    await sendReply(response, apiError(400, z.prettifyError(body.error)), false, 0, closing);
    return;
  }
  const { model, messages, stream, stream_options } = body.data;
  const { authorization } = message.headers;
  const { record, gone } = log.add(response, {
    model,
    messages,
    prompt: messages.at(-1)?.content ?? '',
    stream,
    headers: message.headers,
    body: body.data,
  });
  const authorized = options.apiKey === undefined || authorization === `Bearer ${options.apiKey}`;
  const reply = authorized
    ? await replyTo(record, script)
    : apiError(401, `Incorrect API key provided: ${authorization}`, { code: 'invalid_api_key' });
  const wantsUsage = !stream || stream_options?.include_usage === true;
  const promptTokens = wantsUsage ? tokens(messages.map(({ content }) => content).join('')) : null;
  await sendReply(response, reply, stream, promptTokens, gone);
}

function replyTo(
  request: ModelRequest,
  script: ModelScript,
): ScriptedReply | Promise<ScriptedReply> {
  if (typeof script === 'function') return script(request);
  return (
    script[request.number - 1] ??
    apiError(400, `The script has ${script.length} replies and this is request ${request.number}`)
  );
}

async function readText(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** @param promptTokens null when the client did not ask for usage. */
async function sendReply(
  response: ServerResponse,
  reply: ScriptedReply,
  stream: boolean,
  promptTokens: number | null,
  gone: AbortSignal,
): Promise<void> {
  if (typeof reply === 'string') {
    await sendSaid(response, { text: reply }, stream, promptTokens, gone);
  } else if ('text' in reply && !('drop' in reply)) {
    await sendSaid(response, reply, stream, promptTokens, gone);
  } else if ('status' in reply) {
    if (reply.delayMs) await delay(reply.delayMs, undefined, { signal: gone });
    const isText = typeof reply.body === 'string';
    response
      .writeHead(reply.status, {
        'content-type': isText ? 'text/plain' : 'application/json',
        ...reply.headers,
      })
      .end(isText ? reply.body : JSON.stringify(reply.body ?? { error: { message: '' } }));
  } else if ('drop' in reply) {
    if (reply.drop === 'mid-stream') {
      startStream(response);
      await write(response, chunk({ content: reply.text ?? 'half an ans' }));
    }
    response.destroy();
  } else if ('stall' in reply) {
    if (reply.after === undefined) return;
    startStream(response);
    await write(response, chunk({ content: reply.after }));
  } else if ('garbage' in reply) {
    startStream(response);
    response.end('data: <!doctype html>\n\ndata: {"choices": 7}\n\n');
  } else if (stream) {
    startStream(response);
    response.end(`${event({ ...envelope, choices: [] })}data: [DONE]\n\n`);
  } else {
    sendJson(response, 200, { ...envelope, choices: [] });
  }
}

async function sendSaid(
  response: ServerResponse,
  reply: SaidReply,
  stream: boolean,
  promptTokens: number | null,
  gone: AbortSignal,
): Promise<void> {
  if (reply.delayMs) await delay(reply.delayMs, undefined, { signal: gone });
  const finishReason = reply.finishReason === undefined ? 'stop' : reply.finishReason;
  const usage = reply.noUsage || promptTokens === null ? null : usageOf(reply, promptTokens);
  if (!stream || reply.ignoreStream) {
    const message = { role: 'assistant', content: reply.text };
    sendJson(response, 200, {
      ...envelope,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finishReason }],
      ...(usage ? { usage } : {}),
    });
    return;
  }
  startStream(response);
  if (reply.reasoning) await write(response, chunk({ reasoning_content: reply.reasoning }));
  let first = true;
  for await (const content of reply.chunks ?? pieces(reply.text)) {
    if (!first && reply.chunkDelayMs) {
      await delay(reply.chunkDelayMs, undefined, { signal: gone });
    }
    first = false;
    await write(response, chunk({ content }));
  }
  if (finishReason !== null) await write(response, chunk({}, finishReason));
  if (reply.keepOpen) return;
  if (usage) await write(response, event({ ...envelope, choices: [], usage }));
  response.end(finishReason === null ? '' : 'data: [DONE]\n\n');
}

const envelope = {
  id: 'chatcmpl-test',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'test',
};

function startStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
}

/** Waits until the bytes are with the system, so that what follows can't overtake them. */
function write(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function chunk(
  delta: Readonly<Record<string, string>>,
  finishReason: string | null = null,
): string {
  return event({ ...envelope, choices: [{ index: 0, delta, finish_reason: finishReason }] });
}

/** Four even pieces, never between the halves of a surrogate pair. */
function pieces(text: string): readonly string[] {
  const characters = [...text];
  const size = Math.max(1, Math.ceil(characters.length / 4));
  const result: string[] = [];
  for (let start = 0; start < characters.length; start += size) {
    result.push(characters.slice(start, start + size).join(''));
  }
  return result;
}

function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}

function usageOf(reply: SaidReply, promptTokens: number) {
  const prompt = reply.usage?.prompt ?? promptTokens;
  const completion = reply.usage?.completion ?? tokens(reply.text);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: reply.usage?.cached ?? 0 },
    completion_tokens_details: { reasoning_tokens: reply.usage?.reasoning ?? 0 },
  };
}
