import type { Message } from '../../models/languageModel';
import { estimateInputTokens } from '../../models/tokenCount';

/**
 * What is sent to the root LM. It only ever appends, so that a provider's prompt cache hits on all but
 * the newest message, until it has to be shortened. User and assistant take strict turns (some local
 * servers insist on that): what the host has to say between two replies is one user message.
 */
export class Conversation {
  #system: Message;
  /** The question, which is never shortened. */
  #opening: string;
  #messages: Message[];
  #pending: string[];
  /** What was said before the conversation was shortened. */
  #past: Message[] = [];
  /** What the log has of the conversation. */
  #logged: readonly Message[] = [];
  /** Tokens of the conversation up to the last reply, as the provider counted them. */
  #counted = 0;

  constructor(system: string, opening: string) {
    this.#system = { role: 'system', content: system };
    this.#opening = opening;
    this.#messages = [this.#system];
    this.#pending = [opening];
  }

  /** True once the model has replied since the conversation began, or was last shortened. */
  get isUnderWay(): boolean {
    return this.#messages.some(({ role }) => role === 'assistant');
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

  /**
   * What the model replied to `messages()`. An empty reply is kept as a dash: providers refuse "".
   * @param tokens of the conversation with the reply.
   */
  replied(text: string, tokens: number): void {
    const message: Message = { role: 'assistant', content: text || '-' };
    this.#messages.push(message);
    this.#logged = [...this.#logged, message];
    this.#counted = tokens;
  }

  /**
   * Takes out of the last reply what the model invented, from there on: it would believe it. The log has the
   * shorter message as news.
   * @param length of what stays, in characters.
   */
  cutReply(length: number): void {
    const last = this.#messages.at(-1);
    if (last?.role !== 'assistant') return;
    const content = last.content.slice(0, length).trimEnd() || '-';
    this.#messages[this.#messages.length - 1] = { role: 'assistant', content };
  }

  /** What the log does not have yet: the messages from `from` on. It has them from now on. */
  news(): { readonly from: number; readonly messages: readonly Message[] } {
    const all = this.messages();
    let from = 0;
    while (from < all.length && all[from] === this.#logged[from]) from++;
    this.#logged = all;
    return { from, messages: all.slice(from) };
  }

  /** Puts other messages in the place of those from `from` on; they are news to the log. */
  rewrite(from: number, messages: readonly Message[]): void {
    this.#logged = this.messages().slice(0, from);
    this.#messages = [...this.#logged, ...messages];
  }

  /**
   * Goes on with another question.
   * @param opening what is said in its place when the conversation is shortened.
   */
  goOn(said: string, opening: string): void {
    this.#opening = opening;
    this.#pending.push(said);
  }

  /**
   * Puts another system prompt in the place of the first, where it differs: a conversation that began
   * with a direct answer did not speak of the REPL.
   */
  instruct(system: string): void {
    if (this.#messages[0]?.content === system) return;
    this.#system = { role: 'system', content: system };
    this.#messages = [this.#system, ...this.#messages.slice(1)];
  }

  /** A conversation that is under way. */
  static from({
    messages,
    past,
    tokens,
  }: {
    readonly messages: readonly Message[];
    /** What was said before it was shortened, without the system prompt. */
    readonly past: readonly Message[];
    readonly tokens: number;
  }): Conversation {
    const conversation = new Conversation(messages[0]?.content ?? '', '');
    conversation.#pending = [];
    conversation.#messages = [...messages];
    conversation.#logged = messages;
    conversation.#past = [...past];
    conversation.#counted = tokens;
    return conversation;
  }

  /** About how many tokens the next request has: counted up to the last reply, estimated from there. */
  get tokens(): number {
    const rest = this.#pending.map((content) => ({ role: 'user', content }) as const);
    return this.#counted + estimateInputTokens(rest);
  }

  /** Everything that was said, also before the conversation was shortened, without the system prompt. */
  history(): readonly Message[] {
    return [...this.#past, ...this.messages().slice(1)];
  }

  /** Forgets all but the system prompt and the question, and goes on with a summary. */
  startOver(summary: string): void {
    this.#past = [...this.history()];
    this.#messages = [this.#system];
    this.#pending = [this.#opening, summary];
    this.#counted = 0;
  }
}
