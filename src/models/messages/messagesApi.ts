import { APIError } from 'openai';
import { KeptThoughts } from '../keptThoughts';
import type { Message } from '../languageModel';
import type { ApiParts, ModelApi, RequestOptions } from '../modelApi';
import { outputLimitIn, wordsOf } from '../refusedParameter';
import { type MessagesBody, messagesBody } from './messagesBody';
import { messagesClient, type SendMessages } from './messagesClient';
import { MessagesReply, type ReplyBlock } from './messagesReply';

/** Anthropic's Messages API: what goes on is paid once, and models see their own thoughts again. */
export class MessagesApi implements ModelApi<MessagesBody, MessagesReply> {
  readonly #parts: ApiParts;
  readonly #send: SendMessages;
  readonly #thoughts = new KeptThoughts<ReplyBlock>();
  #mostOutput = Number.POSITIVE_INFINITY;
  #caches = true;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#send = messagesClient(parts);
  }

  body(messages: readonly Message[], options: RequestOptions): MessagesBody {
    return messagesBody(messages, {
      ...options,
      model: this.#parts.asked.model,
      thoughts: this.#thoughts.in(messages),
      mostOutput: this.#mostOutput,
      contextWindow: this.#parts.facts.contextWindow,
      caches: this.#caches,
    });
  }

  send(body: MessagesBody, signal: AbortSignal): Promise<Response> {
    return this.#send(body, signal);
  }

  reader(onText: ((delta: string) => void) | undefined): MessagesReply {
    return new MessagesReply(this.#parts.asked.endpoint, onText);
  }

  learn(refusal: unknown, sent: MessagesBody): boolean {
    if (!(refusal instanceof APIError) || refusal.status !== 400) return false;
    const words = wordsOf(refusal);
    const blocks = sent.messages.flatMap(({ content }) => content);
    if (/thinking|signature/i.test(words) && blocks.some(({ type }) => type !== 'text')) {
      this.#thoughts.giveUp();
      return true;
    }
    const mostOutput = outputLimitIn(words, sent.max_tokens);
    if (mostOutput !== null) {
      this.#mostOutput = mostOutput;
      return true;
    }
    const isMarked = [...(sent.system ?? []), ...blocks].some((one) => 'cache_control' in one);
    if (!isMarked || !words.includes('cache_control')) return false;
    this.#caches = false;
    return true;
  }

  keep(messages: readonly Message[], text: string, { blocks }: MessagesReply): void {
    const said = blocks?.map((block) => (block.type === 'text' ? block.text : '')).join('');
    // Where thoughts were in the text itself, the reply is another one than the blocks say.
    if (blocks && said === text) this.#thoughts.keep(messages, text, blocks);
  }
}
