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
import { responsesUsage } from './responsesUsage';

/** A part of a reply, as it is sent back: without ids, by which the server would look for what it never kept. */
export type ReplyItem =
  | {
      readonly type: 'reasoning';
      readonly summary: readonly unknown[];
      readonly encrypted_content: string;
    }
  | {
      readonly type: 'message';
      readonly role: 'assistant';
      readonly content: readonly { readonly type: 'output_text'; readonly text: string }[];
      /** Of newer models: an intermediate comment, or the answer. */
      readonly phase?: string;
    };

/** A list of anything: what is wrong with each of a million entries takes more memory than they do. */
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value));
const text = z.string().nullish().catch(null);
const part = z.object({ type: z.string(), text, refusal: text });
const item = z.object({
  type: z.string(),
  content: list.nullish().catch(null),
  summary: list.nullish().catch(null),
  encrypted_content: text,
  phase: text,
});
type Item = z.infer<typeof item>;
const response = z.object({
  status: text,
  output: list.nullish().catch(null),
  incomplete_details: z.object({ reason: text }).nullish().catch(null),
  usage: responsesUsage.nullish().catch(null),
});
type WholeResponse = z.infer<typeof response>;

/** An event of a stream. What is unknown is passed over. */
const event = z.object({
  type: z.string(),
  delta: text,
  item: item.nullish().catch(null),
  response: response.nullish(),
});
/** A response that came as one document. */
const whole = response.extend({ object: z.literal('response') });

/** Puts a reply together from a response of OpenAI's API, or the events of its stream. */
export class ResponsesReply implements ReplyReader {
  readonly #endpoint: Endpoint;
  readonly #said: ReplyText;
  readonly #items: ReplyItem[] = [];
  /** Characters of what is sent back. */
  #sealed = 0;
  #hasText = false;
  /** Messages that have begun: what is between two is no part of either. */
  #messages = 0;
  #begun = false;
  #refused = false;
  #finishReason: string | null = null;
  #tokens: ReportedTokens | null = null;

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
    return this.#tokens;
  }

  get isWhole(): boolean {
    return this.#finishReason !== null;
  }

  /** The reply as it is sent back, with its reasoning; null where there is none to be had. */
  get items(): readonly ReplyItem[] | null {
    return this.#items.some(({ type }) => type === 'reasoning') ? this.#items : null;
  }

  add(sent: unknown): void {
    // The last event says that it is; a stream that ends without one was cut.
    if (sent === endOfReply) return;
    const document = whole.safeParse(sent);
    if (document.success) {
      this.#end(document.data);
      return;
    }
    const parsed = event.safeParse(sent);
    if (!parsed.success) throw new BrokenReply('malformed', 'it sent JSON that is no response');
    const { type, delta, response: ended } = parsed.data;
    this.#begun ||= type.startsWith('response.');
    switch (type) {
      case 'response.output_item.added':
        if (parsed.data.item?.type === 'message') this.#beginMessage();
        break;
      case 'response.output_text.delta':
        this.#say(delta ?? '');
        break;
      case 'response.refusal.delta':
        this.#refused = true;
        this.#say(delta ?? '');
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        this.#said.add('', delta ?? '');
        break;
      case 'response.output_item.done':
        if (parsed.data.item) this.#keep(parsed.data.item);
        break;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
      case 'response.cancelled':
        this.#end({
          ...(ended ?? {}),
          status: ended?.status ?? type.replace('response.', ''),
        });
        break;
      default:
        break;
    }
  }

  finish(): FinishReason {
    if (!this.#begun) throw new BrokenReply('malformed', 'its reply had no response in it');
    if (this.#finishReason === null) {
      throw new BrokenReply('cut-short', 'the connection closed before the end');
    }
    const reason = finishReason(this.#finishReason);
    return this.#refused ? 'content-filter' : reason;
  }

  #beginMessage(): void {
    this.#messages += 1;
    if (this.#messages > 1) this.#said.add(betweenMessages);
  }

  #say(more: string): void {
    this.#hasText ||= more !== '';
    this.#said.add(more);
  }

  #end({ status, output, incomplete_details, usage }: Partial<WholeResponse>): void {
    this.#begun = true;
    this.#tokens = usage ?? this.#tokens;
    const items = (output ?? []).slice(0, mostItems).flatMap((one) => {
      const parsed = item.safeParse(one);
      return parsed.success ? [parsed.data] : [];
    });
    // What was streamed is here once more; some servers only stream the end.
    if (!this.#hasText) for (const one of items) this.#sayAll(one);
    if (this.#items.length === 0) for (const one of items) this.#keep(one);
    if (status === 'in_progress' || status === 'queued') return;
    this.#finishReason = incomplete_details?.reason || status || 'completed';
  }

  #sayAll({ type, content, summary }: Item): void {
    if (type === 'message') this.#beginMessage();
    for (const one of partsOf([...(summary ?? []), ...(content ?? [])])) {
      if (type === 'reasoning') this.#said.add('', one.text ?? '');
      else if (type === 'message') this.#say(one.refusal ?? one.text ?? '');
      if (one.type === 'refusal') this.#refused = true;
    }
  }

  #keep({ type, content, summary, encrypted_content, phase }: Item): void {
    if (this.#items.length >= mostItems) return;
    if (type === 'reasoning' && encrypted_content) {
      this.#items.push({ type, summary: summary ?? [], encrypted_content });
      this.#sealed += encrypted_content.length;
    }
    if (type === 'message') {
      const text = partsOf(content ?? [])
        .map((one) => one.text ?? '')
        .join('');
      this.#items.push({
        type,
        role: 'assistant',
        content: [{ type: 'output_text', text }],
        ...(phase ? { phase } : {}),
      });
    }
    const most = replyLimits.text;
    if (this.#sealed > most) {
      throw oversizedReply(this.#endpoint, `thoughts of more than ${megabytes(most)}`);
    }
  }
}

/** The text of a reply that is sent back, as a conversation has it. */
export function textOf(items: readonly ReplyItem[]): string {
  return items
    .flatMap((one) =>
      one.type === 'message' ? [one.content.map(({ text }) => text).join('')] : [],
    )
    .join(betweenMessages);
}

/** No reply has more. */
const mostItems = 1_000;
const betweenMessages = '\n\n';

function partsOf(parts: readonly unknown[]): readonly z.infer<typeof part>[] {
  return parts.slice(0, mostItems).flatMap((one) => {
    const parsed = part.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
}
