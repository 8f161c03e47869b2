import type { ModelFacts } from '../catalogue';
import type { Message } from '../languageModel';
import type { RequestOptions } from '../modelApi';
import { estimateInputTokens } from '../tokenCount';
import type { ReplyBlock } from './messagesReply';

interface CacheControl {
  /** Lasts five minutes, from its last use. */
  readonly cache_control?: { readonly type: 'ephemeral' };
}

type TextBlock = CacheControl & { readonly type: 'text'; readonly text: string };

/** A request as it is sent. */
export interface MessagesBody {
  readonly model: string;
  readonly max_tokens: number;
  readonly stream: true;
  readonly system?: readonly TextBlock[];
  readonly messages: readonly {
    readonly role: 'user' | 'assistant';
    readonly content: readonly (TextBlock | ReplyBlock)[];
  }[];
}

/** What there is to say in a request besides the conversation. */
export interface MessagesRequest extends RequestOptions {
  readonly model: string;
  /** What models thought of the replies, by their index. */
  readonly thoughts: ReadonlyMap<number, readonly ReplyBlock[]>;
  /** The most tokens of output that the server lets one ask for. */
  readonly mostOutput: number;
  readonly contextWindow: ModelFacts['contextWindow'];
  /** False for a server that refuses marks of what to cache. */
  readonly caches: boolean;
}

/**
 * The API wants a limit. What no current model goes beyond would not fit into the window of some, so that
 * they refuse it.
 */
const usualMostOutput = 32_000;
/** A prompt that leaves less room than this is too long, in tokens. */
const leastOutput = 4_096;

/**
 * Writes a request. Where the conversation goes on, three places of it are marked: the end of the system
 * prompt, of the newest message, and of the one that was newest in the request before, so that all up to there
 * is read from the cache, and the rest is in it the next time. Marking costs extra: a conversation that ends
 * with its reply is not marked.
 */
export function messagesBody(messages: readonly Message[], request: MessagesRequest): MessagesBody {
  const { model, maxOutputTokens, mostOutput, goesOn = false, thoughts, caches } = request;
  const system = messages.filter(({ role }) => role === 'system');
  const marked = goesOn && caches ? newestOfUser(messages) : new Set<number>();
  const mark = goesOn && caches ? ephemeral : {};
  const turns = messages.flatMap(({ role, content }, index) => {
    if (role === 'system') return [];
    const known = thoughts.get(index);
    if (known) return [{ role, content: known }];
    const block: TextBlock = { type: 'text', text: content, ...(marked.has(index) ? mark : {}) };
    return [{ role, content: [block] }];
  });
  return {
    model,
    max_tokens: Math.min(maxOutputTokens ?? roomFor(messages, request), mostOutput),
    stream: true,
    ...(system.length === 0
      ? {}
      : {
          system: system.map(({ content }, index): TextBlock => {
            const isLast = index === system.length - 1;
            return { type: 'text', text: content, ...(isLast ? mark : {}) };
          }),
        }),
    messages: turns,
  };
}

const ephemeral = { cache_control: { type: 'ephemeral' } } as const;

/** The two newest messages that are not the model's. */
function newestOfUser(messages: readonly Message[]): ReadonlySet<number> {
  const indexes = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  return new Set(indexes.slice(-2));
}

/** Some models refuse a limit that does not fit into their window beside the prompt. */
function roomFor(messages: readonly Message[], { contextWindow }: MessagesRequest): number {
  if (contextWindow === null) return usualMostOutput;
  const room = contextWindow - Math.ceil(1.25 * estimateInputTokens(messages));
  return Math.max(leastOutput, Math.min(usualMostOutput, room));
}
