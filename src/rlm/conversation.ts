import type { Message } from '../models/languageModel';

/**
 * What is sent to the root LM. It only ever appends, so that a provider's prompt cache hits on all but
 * the newest message. User and assistant take strict turns (some local servers insist on that): what
 * the host has to say between two replies is one user message.
 */
export class Conversation {
  readonly #messages: Message[];
  #pending: string[] = [];

  constructor(system: string) {
    this.#messages = [{ role: 'system', content: system }];
  }

  /** Adds to what is said to the model next. */
  tell(text: string): void {
    this.#pending.push(text);
  }

  /** Closes the pending user message and gives the whole conversation as it is now. */
  messages(): readonly Message[] {
    if (this.#pending.length > 0) {
      const unanswered = this.#messages.at(-1)?.role === 'user' ? this.#messages.pop() : undefined;
      const parts = unanswered ? [unanswered.content, ...this.#pending] : this.#pending;
      this.#messages.push({ role: 'user', content: parts.join('\n\n') });
      this.#pending = [];
    }
    return [...this.#messages];
  }

  /** What the model replied to `messages()`. An empty reply is kept as a dash: providers refuse "". */
  replied(text: string): void {
    this.#messages.push({ role: 'assistant', content: text || '-' });
  }
}
