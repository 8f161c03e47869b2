import type { LanguageModel, ModelReply } from '../models/languageModel';
import { noUsage } from '../trajectory/usage';
import type { ReplyStore } from './replyStore';

/** A reply, and whether it was had without asking a model. */
export interface CachedReply {
  readonly reply: ModelReply;
  readonly fromMemory: boolean;
}

/**
 * The sub-calls of a run: the same prompt to the same model is asked once, also while the first is still
 * being answered, and not at all when an earlier run kept the reply. A call that failed is forgotten, so
 * that it can be asked again; a reply that was cut is not kept for other runs.
 */
export class SubcallCache {
  readonly #store: ReplyStore | null;
  readonly #replies = new Map<LanguageModel, Map<string, Promise<CachedReply>>>();

  /** @param store where replies are kept from one run to the next; null for nowhere. */
  constructor(store: ReplyStore | null) {
    this.#store = store;
  }

  /** The reply to a prompt, from memory where it is known, else what `ask` gives. */
  async reply(
    model: LanguageModel,
    prompt: string,
    ask: () => Promise<ModelReply>,
  ): Promise<CachedReply> {
    const replies = this.#replies.get(model) ?? new Map<string, Promise<CachedReply>>();
    this.#replies.set(model, replies);
    const known = replies.get(prompt);
    if (known) return { reply: (await known).reply, fromMemory: true };
    const first = this.#first(model, prompt, ask);
    replies.set(prompt, first);
    first.catch(() => {
      if (replies.get(prompt) === first) replies.delete(prompt);
    });
    return first;
  }

  /** Knows a reply from now on, without keeping it for other runs. */
  remember(model: LanguageModel, prompt: string, reply: ModelReply): void {
    const replies = this.#replies.get(model) ?? new Map<string, Promise<CachedReply>>();
    this.#replies.set(model, replies);
    if (!replies.has(prompt)) replies.set(prompt, Promise.resolve({ reply, fromMemory: true }));
  }

  /** Waits until what is kept for other runs is written. */
  async close(): Promise<void> {
    await this.#store?.close();
  }

  async #first(
    model: LanguageModel,
    prompt: string,
    ask: () => Promise<ModelReply>,
  ): Promise<CachedReply> {
    const text = (await this.#store?.find(model, prompt)) ?? null;
    if (text !== null) {
      return { reply: { text, usage: noUsage, finishReason: 'stop' }, fromMemory: true };
    }
    const reply = await ask();
    if (reply.finishReason === 'stop') this.#store?.keep(model, prompt, reply.text);
    return { reply, fromMemory: false };
  }
}
