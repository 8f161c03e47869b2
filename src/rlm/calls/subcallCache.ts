import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { unlessAborted } from '../../ground/unlessAborted';
import type { LanguageModel, ModelReply } from '../../models/languageModel';
import type { NodeHandle } from '../../trajectory/recorder';
import { noUsage } from '../../trajectory/usage';
import type { ReplyStore } from './replyStore';

/** What a sub-model is asked, and the node of the tree that it is drawn as. */
export interface AskedSubcall {
  readonly model: LanguageModel;
  readonly prompt: string;
  readonly node: NodeHandle;
}

/** A reply, and whether it was had without asking a model: then it uses nothing. */
export interface SubcallReply {
  readonly reply: ModelReply;
  readonly fromMemory: boolean;
}

/** Where the sub-calls of a run get their replies. */
export type SubcallReplies = Pick<SubcallCache, 'reply' | 'remember' | 'close'>;

/** A call that is under way, for the one with that signal. */
interface PendingCall {
  readonly reply: Promise<SubcallReply>;
  readonly signal: AbortSignal;
}

/** So much text of replies is remembered for one run, in bytes. */
const rememberedBytes = 8 * 1024 * 1024;

/** As bytes, a reply is no burden to the garbage collector, which would move it twice before it is old. */
type Remembered = Omit<ModelReply, 'text' | 'usage'> & { readonly text: Buffer };

/**
 * The sub-calls of a run: the same prompt to the same model is asked once, also while the first is still
 * being answered, and not at all when the reply was kept for other runs. A call that failed, or got not a word,
 * is forgotten, so that it can be asked again; a reply that was cut is not kept for other runs. Of very many
 * replies the ones not needed for longest are forgotten, unless they are kept for other runs.
 */
export class SubcallCache {
  readonly #store: ReplyStore | null;
  readonly #models = new Map<LanguageModel, number>();
  readonly #asking = new Map<string, PendingCall>();
  readonly #known = new LRUCache<string, Remembered>({
    maxSize: rememberedBytes,
    sizeCalculation: ({ text }) => text.length + 1,
  });

  /** @param store where replies are kept from one run to the next; null for nowhere. */
  constructor(store: ReplyStore | null) {
    this.#store = store;
  }

  /**
   * The reply to a prompt, from memory where it is known, else what `ask` gives.
   * @param signal of the one who asks; `ask` heeds it as well.
   * @throws what `ask` throws, and the signal's reason when it aborts.
   */
  async reply(
    { model, prompt }: AskedSubcall,
    ask: () => Promise<ModelReply>,
    signal: AbortSignal,
  ): Promise<SubcallReply> {
    const key = this.#key(model, prompt);
    for (;;) {
      const known = this.#known.get(key);
      if (known) return fromMemory({ ...known, text: known.text.toString(), usage: noUsage });
      const asking = this.#asking.get(key);
      if (!asking) return this.#ask(key, model, prompt, ask, signal);
      try {
        const { reply } = await unlessAborted(asking.reply, signal);
        return fromMemory(reply);
      } catch (error) {
        // Who asked first was stopped, and nobody else: then another one asks.
        if (signal.aborted || !asking.signal.aborted) throw error;
      }
    }
  }

  /** Knows a reply from now on, without keeping it for other runs. */
  remember({ model, prompt }: AskedSubcall, reply: ModelReply): void {
    const key = this.#key(model, prompt);
    if (!this.#known.has(key)) this.#know(key, reply);
  }

  /** Waits until what is kept for other runs is written. */
  async close(): Promise<void> {
    await this.#store?.close();
  }

  async #ask(
    key: string,
    model: LanguageModel,
    prompt: string,
    ask: () => Promise<ModelReply>,
    signal: AbortSignal,
  ): Promise<SubcallReply> {
    const asking = { reply: this.#first(model, prompt, ask), signal };
    this.#asking.set(key, asking);
    try {
      const answered = await asking.reply;
      this.#know(key, answered.reply);
      return answered;
    } finally {
      this.#asking.delete(key);
    }
  }

  #know(key: string, reply: ModelReply): void {
    // Code that asks again after a reply without a word wants another one.
    if (reply.text.trim() === '') return;
    const { text, finishReason } = reply;
    this.#known.set(key, { text: Buffer.from(text), finishReason });
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
  ): Promise<SubcallReply> {
    const text = (await this.#store?.find(model, prompt)) ?? null;
    if (text !== null && text.trim() !== '') {
      return fromMemory({ text, usage: noUsage, finishReason: 'stop' });
    }
    const reply = await ask();
    const isWhole = reply.finishReason === 'stop' && reply.text.trim() !== '';
    if (isWhole) this.#store?.keep(model, prompt, reply.text);
    return { reply, fromMemory: false };
  }
}

/** It was paid for by whoever asked first. */
function fromMemory(reply: ModelReply): SubcallReply {
  return { reply: { ...reply, usage: noUsage }, fromMemory: true };
}
