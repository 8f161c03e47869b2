import * as z from 'zod';
import { BrokenReply } from '../brokenReply';
import { endOfReply } from '../chatResponse';
import type { Endpoint } from '../endpoint';
import { finishReason } from '../finishReasons';
import type { FinishReason } from '../languageModel';
import type { ReplyReader } from '../modelApi';
import { megabytes, oversizedReply } from '../oversizedReply';
import { replyLimits } from '../replyLimits';
import { ReplyText } from '../replyText';
import type { ReportedTokens } from '../reportedTokens';
import type { PartedReply } from '../thoughts';
import { type MessagesUsage, messagesUsage, tokensOf, updated } from './messagesUsage';

/** A part of a reply, as it is sent back. */
export type ReplyBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string };

const text = z.string().nullish().catch(null);
const usage = messagesUsage.nullish().catch(null);
/** A block, or what comes to it: fields of all kinds of them. */
const block = z.object({
  type: z.string(),
  text,
  thinking: text,
  signature: text,
  data: text,
});
type Block = z.infer<typeof block>;

/** A whole message, or an event of its stream. What is unknown of either is passed over. */
const document = z.object({
  type: z.string(),
  message: z.object({ usage }).nullish(),
  index: z.number().nullish(),
  content_block: block.nullish(),
  delta: block.partial({ type: true }).extend({ stop_reason: text }).nullish(),
  content: z.custom<readonly unknown[]>((value) => Array.isArray(value)).nullish(),
  stop_reason: text,
  usage,
});

/** A block that grows. */
interface Growing {
  readonly type: string;
  text: string;
  thinking: string;
  signature: string;
  data: string;
}

/** Puts a reply together from a message of Anthropic's API, or the events of its stream. */
export class MessagesReply implements ReplyReader {
  readonly #endpoint: Endpoint;
  readonly #said: ReplyText;
  readonly #blocks = new Map<number, Growing>();
  /** Characters of what is sent back and is no text. */
  #sealed = 0;
  #usage: MessagesUsage = {};
  #begun = false;
  #stopReason: string | null = null;
  #ended = false;

  constructor(endpoint: Endpoint, onText: ((delta: string) => void) | undefined) {
    this.#endpoint = endpoint;
    this.#said = new ReplyText(endpoint, onText);
  }

  get parts(): PartedReply {
    return this.#said.parts;
  }

  get written(): string {
    return this.#said.written;
  }

  get begun(): boolean {
    return this.#begun;
  }

  get tokens(): ReportedTokens | null {
    return tokensOf(this.#usage);
  }

  get isWhole(): boolean {
    return this.#stopReason !== null;
  }

  /** The reply as it is sent back, with its thoughts; null where it has none that the API wants to see. */
  get blocks(): readonly ReplyBlock[] | null {
    const blocks = [...this.#blocks.values()].flatMap(sentBack);
    return blocks.some(({ type }) => type !== 'text') ? blocks : null;
  }

  add(sent: unknown): void {
    if (sent === endOfReply) {
      this.#ended = true;
      return;
    }
    const parsed = document.safeParse(sent);
    if (!parsed.success) throw new BrokenReply('malformed', 'it sent JSON that is no message');
    const { type, message, index, content_block, delta, content, stop_reason } = parsed.data;
    this.#count(type, parsed.data.usage ?? message?.usage ?? {});
    switch (type) {
      case 'message_start':
        this.#begun = true;
        break;
      case 'content_block_start':
        if (content_block) this.#grow(index ?? 0, content_block.type, content_block);
        break;
      case 'content_block_delta':
        if (delta) this.#grow(index ?? 0, kindOf(delta.type ?? ''), delta);
        break;
      case 'message_delta':
        this.#stopReason = delta?.stop_reason || this.#stopReason;
        break;
      case 'message_stop':
        this.#ended = true;
        break;
      case 'message':
        this.#begun = true;
        this.#stopReason = stop_reason || this.#stopReason;
        for (const [at, one] of (content ?? []).slice(0, mostBlocks).entries()) {
          const whole = block.safeParse(one);
          if (whole.success) this.#grow(at, whole.data.type, whole.data);
        }
        break;
      default:
        break;
    }
  }

  finish(): FinishReason {
    if (!this.#begun) throw new BrokenReply('malformed', 'its reply had no message in it');
    if (this.#stopReason === null && !this.#ended) {
      throw new BrokenReply('cut-short', 'the connection closed before the end');
    }
    return finishReason(this.#stopReason ?? 'stop');
  }

  /** What a message has come to when it begins says nothing of its output. */
  #count(type: string, counts: MessagesUsage): void {
    const { output_tokens, ...input } = counts;
    const isFinal = type !== 'message_start';
    this.#usage = updated(this.#usage, isFinal ? { ...input, output_tokens } : input);
  }

  #grow(index: number, type: string, more: Omit<Block, 'type'>): void {
    const growing = this.#blocks.get(index) ?? empty(type);
    if (this.#blocks.size < mostBlocks) this.#blocks.set(index, growing);
    growing.text += more.text ?? '';
    growing.thinking += more.thinking ?? '';
    growing.signature += more.signature ?? '';
    growing.data += more.data ?? '';
    this.#sealed += (more.signature ?? '').length + (more.data ?? '').length;
    const most = replyLimits.text;
    if (this.#sealed > most) {
      throw oversizedReply(this.#endpoint, `thoughts of more than ${megabytes(most)}`);
    }
    this.#said.add(more.text ?? '', more.thinking ?? '');
  }
}

/** No reply has more. */
const mostBlocks = 1_000;

function empty(type: string): Growing {
  return { type, text: '', thinking: '', signature: '', data: '' };
}

/** The kind of block that something is added to. */
function kindOf(delta: string): string {
  return delta.startsWith('text') ? 'text' : 'thinking';
}

function sentBack({ type, text, thinking, signature, data }: Growing): readonly ReplyBlock[] {
  // An empty text is refused, and so is a thought that is not signed.
  if (type === 'text') return text === '' ? [] : [{ type, text }];
  if (type === 'thinking') return signature === '' ? [] : [{ type, thinking, signature }];
  return type === 'redacted_thinking' && data !== '' ? [{ type, data }] : [];
}
