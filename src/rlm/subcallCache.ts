import type { LanguageModel, ModelReply } from '../models/languageModel';

/**
 * The sub-calls of a run: the same prompt to the same model is asked once, also while the first is still
 * being answered. A call that failed is forgotten, so that it can be asked again.
 */
export class SubcallCache {
  readonly #replies = new Map<LanguageModel, Map<string, Promise<ModelReply>>>();

  /**
   * The reply to a prompt that was asked before, or null. It may still be on its way, and may fail.
   */
  find(model: LanguageModel, prompt: string): Promise<ModelReply> | null {
    return this.#replies.get(model)?.get(prompt) ?? null;
  }

  /** Remembers a call from now on, unless it fails. */
  remember(model: LanguageModel, prompt: string, reply: Promise<ModelReply>): void {
    const replies = this.#replies.get(model) ?? new Map<string, Promise<ModelReply>>();
    this.#replies.set(model, replies);
    replies.set(prompt, reply);
    reply.catch(() => {
      if (replies.get(prompt) === reply) replies.delete(prompt);
    });
  }
}
