import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { LanguageModel, ModelReply } from '../models/languageModel';
import { noUsage } from '../trajectory/usage';
import type { ReplyStore } from './replyStore';

/** A reply, and whether it was had without asking a model. */
export interface CachedReply {
  readonly reply: ModelReply;
  readonly fromMemory: boolean;
}

/** So much text of replies is remembered for one run, in bytes. */
const rememberedBytes = 8 * 1024 * 1024;

/** As bytes, a reply is no burden to the garbage collector, which would move it twice before it is old. */
type Remembered = Omit<ModelReply, 'text'> & { readonly text: Buffer };

/**
 * The sub-calls of a run: the same prompt to the same model is asked once, also while the first is still
 * being answered, and not at all when an earlier run kept the reply. A call that failed is forgotten, so
 * that it can be asked again; a reply that was cut is not kept for other runs. Of very many replies the
 * ones not needed for longest are forgotten, unless they are kept for other runs.
 */
export class SubcallCache {
  readonly #store: ReplyStore | null;
  readonly #models = new Map<LanguageModel, number>();
  readonly #asking = new Map<string, Promise<CachedReply>>();
  readonly #known = new LRUCache<string, Remembered>({
    maxSize: rememberedBytes,
    sizeCalculation: ({ text }) => text.length + 1,
  });

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
    const key = this.#key(model, prompt);
    const known = this.#known.get(key);
    if (known) return { reply: { ...known, text: known.text.toString() }, fromMemory: true };
    const asking = this.#asking.get(key);
    if (asking) return { reply: (await asking).reply, fromMemory: true };
    const first = this.#first(model, prompt, ask);
    this.#asking.set(key, first);
    try {
      const answered = await first;
      this.#know(key, answered.reply);
      return answered;
    } finally {
      this.#asking.delete(key);
    }
  }

  /** Knows a reply from now on, without keeping it for other runs. */
  remember(model: LanguageModel, prompt: string, reply: ModelReply): void {
    const key = this.#key(model, prompt);
    if (!this.#known.has(key)) this.#know(key, reply);
  }

  /** Waits until what is kept for other runs is written. */
  async close(): Promise<void> {
    await this.#store?.close();
  }

  #know(key: string, reply: ModelReply): void {
    this.#known.set(key, { ...reply, text: Buffer.from(reply.text) });
  }

  /** Short, whatever the prompt's length: prompts are not held in memory. */
  #key(model: LanguageModel, prompt: string): string {
    const number = this.#models.get(model) ?? this.#models.size;
    this.#models.set(model, number);
    return `${number} ${createHash('sha256').update(prompt).digest('base64')}`;
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
