import type { IncomingHttpHeaders } from 'node:http';
import type { Message } from '../../src/models/languageModel';

/** Who speaks: the root LM of a run (or of a child RLM, which has the same system prompt), or a sub-LM. */
export type Speaker = 'root' | 'sub';

/** One chat completion that was asked of the scripted server. */
export interface ModelRequest {
  /** 1 for the first request of any speaker. */
  readonly number: number;
  /** 1 for the first request of this speaker. */
  readonly turn: number;
  readonly speaker: Speaker;
  readonly model: string;
  readonly messages: readonly Message[];
  /** Content of the last message. */
  readonly prompt: string;
  readonly stream: boolean;
  readonly headers: IncomingHttpHeaders;
  /** The whole request as it came. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Token counts as a server reports them; what is left out is counted as characters / 4. */
export interface ScriptedUsage {
  readonly prompt?: number;
  readonly completion?: number;
  readonly cached?: number;
  readonly reasoning?: number;
}

/** The model says something. */
export interface SaidReply {
  readonly text: string;
  /** Wait before the first byte. */
  readonly delayMs?: number;
  /** How the text is cut when it is streamed; by default in a few even pieces. They may wait for a gate. */
  readonly chunks?: readonly string[] | AsyncIterable<string>;
  /** Wait between two chunks. */
  readonly chunkDelayMs?: number;
  readonly usage?: ScriptedUsage;
  /** The server never says how many tokens it used. */
  readonly noUsage?: boolean;
  /** `stop` by default; null leaves it and the end mark out, as a stream that a proxy cut short does. */
  readonly finishReason?: string | null;
  /** The connection stays open after the reason: neither usage nor an end comes. */
  readonly keepOpen?: boolean;
  /** Sent as `reasoning_content`, which is no part of the answer. */
  readonly reasoning?: string;
  /** Answers a streaming request with one JSON document, as servers without streaming do. */
  readonly ignoreStream?: boolean;
}

/** An HTTP status other than 200, or a 200 with a body of your own. */
export interface StatusReply {
  readonly status: number;
  /** A string is sent as text, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
}

/** The connection breaks: before any answer, or after some text was streamed. */
export interface DropReply {
  readonly drop: 'before' | 'mid-stream';
  /** What is streamed before the break. */
  readonly text?: string;
}

/** No byte ever comes; with `after`, none after that text. */
export interface StallReply {
  readonly stall: true;
  readonly after?: string;
}

/** A stream of something that is not JSON. */
export interface GarbageReply {
  readonly garbage: true;
}

/** A well-formed reply with `choices: []`. */
export interface EmptyChoicesReply {
  readonly emptyChoices: true;
}

export type ScriptedReply =
  | string
  | SaidReply
  | StatusReply
  | DropReply
  | StallReply
  | GarbageReply
  | EmptyChoicesReply;

/**
 * What the model says: one reply per request in order of arrival, or a function. A function may wait
 * (for a gate that the test opens). A list that has run out answers 400 and says so.
 */
export type ModelScript =
  | readonly ScriptedReply[]
  | ((request: ModelRequest) => ScriptedReply | Promise<ScriptedReply>);

/** An error as OpenAI words it. */
export function apiError(
  status: number,
  message: string,
  details: { code?: string; param?: string; headers?: Readonly<Record<string, string>> } = {},
): StatusReply {
  return {
    status,
    headers: details.headers ?? {},
    body: {
      error: {
        message,
        type: 'invalid_request_error',
        param: details.param ?? null,
        code: details.code ?? null,
      },
    },
  };
}

/** 429, to be asked again after `retryAfterMs`. */
export function rateLimited(retryAfterMs: number): StatusReply {
  return apiError(429, 'Rate limit reached for requests', {
    code: 'rate_limit_exceeded',
    headers: { 'retry-after-ms': String(retryAfterMs) },
  });
}

/** 400 for a parameter that the server does not know. */
export function unsupportedParameter(name: string): StatusReply {
  return apiError(400, `Unsupported parameter: '${name}' is not supported with this model.`, {
    code: 'unsupported_parameter',
    param: name,
  });
}
