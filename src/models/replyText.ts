import type { Endpoint } from './endpoint';
import { megabytes, oversizedReply } from './oversizedReply';
import { replyLimits } from './replyLimits';
import { type PartedReply, partThoughts, ThoughtFilter } from './thoughts';
import { ToolCalls } from './toolCalls';

/** What a model writes, piece by piece: its thoughts are set aside, and there is an end to it. */
export class ReplyText {
  readonly #endpoint: Endpoint;
  readonly #onText: ((delta: string) => void) | undefined;
  readonly #filter = new ThoughtFilter();
  readonly #toolCalls = new ToolCalls();
  #toolCallsLength = 0;
  #text = '';
  #reasoning = '';
  #deltas = 0;

  /** @param onText receives what is no thought as soon as it is here. */
  constructor(endpoint: Endpoint, onText: ((delta: string) => void) | undefined) {
    this.#endpoint = endpoint;
    this.#onText = onText;
  }

  /**
   * The text, its tool calls at its end, and what the model thought aloud, by the server's reckoning or in the
   * text itself.
   */
  get parts(): PartedReply {
    const { text: said, thoughts } = partThoughts(this.#text);
    const text = [said, this.#toolCalls.text].filter((one) => one !== '').join('\n');
    return { text, thoughts: [this.#reasoning, thoughts].filter((one) => one !== '').join('\n\n') };
  }

  /** All that the model wrote so far, its reasoning included where the server shows that. */
  get written(): string {
    return this.#reasoning + this.#text + this.#toolCalls.text;
  }

  /**
   * Adds to both.
   * @param reasoning what the server itself tells apart from the text.
   * @throws {ModelError} when it is more than any model says.
   */
  add(text: string, reasoning = ''): void {
    this.#reasoning += reasoning;
    this.#text += text;
    this.#keepSmall();
    const shown = this.#filter.next(text);
    if (shown !== '') this.#onText?.(shown);
  }

  /**
   * Adds tool calls, or their next pieces, as a chat completion has them.
   * @throws {ModelError} when it is more than any model says.
   */
  addCalls(calls: readonly unknown[] | null | undefined, functionCall: unknown): void {
    this.#toolCallsLength += this.#toolCalls.add(calls, functionCall);
    this.#keepSmall();
  }

  #keepSmall(): void {
    const most = replyLimits.text;
    if (this.#text.length + this.#reasoning.length + this.#toolCallsLength > most) {
      throw oversizedReply(this.#endpoint, `a text of more than ${megabytes(most)}`);
    }
    this.#deltas += 1;
    if (this.#deltas % deltasPerText !== 0) return;
    this.#text = flat(this.#text);
    this.#reasoning = flat(this.#reasoning);
  }
}

/** A text that grows is a tree of its pieces, with 60 bytes for each; so many may wait to become one. */
const deltasPerText = 1_000;

/** The same text in one piece: reading a character makes V8 put it together. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
