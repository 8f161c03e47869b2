import * as z from 'zod';
import { BrokenReply } from './brokenReply';
import { endOfReply } from './chatResponse';
import type { Endpoint } from './endpoint';
import { knownReason } from './finishReasons';
import { foreignText } from './foreignText';
import type { FinishReason } from './languageModel';
import { megabytes, oversizedReply } from './oversizedReply';
import { replyLimits } from './replyLimits';
import { type ReportedTokens, reportedTokens } from './reportedTokens';
import { type PartedReply, partThoughts, ThoughtFilter } from './thoughts';
import { ToolCalls, toolCallFields } from './toolCalls';

/** A list of anything: what is wrong with each of a million entries takes more memory than they do. */
const list = z.custom<readonly unknown[]>((value) => Array.isArray(value));
/** A text, or a list with parts of one. */
const content = z.union([
  z.string().transform((text) => ({ text, thoughts: '' })),
  list.transform(joined),
]);
const said = z.object({
  content: content.nullish(),
  refusal: z.string().nullish(),
  // Hidden reasoning, as DeepSeek, vLLM, llama.cpp and OpenRouter show it, and Ollama.
  reasoning_content: z.string().nullish().catch(null),
  reasoning: z.string().nullish().catch(null),
  thinking: z.string().nullish().catch(null),
  ...toolCallFields,
});

/** A whole `chat.completion`, or one `chat.completion.chunk` of it, as any server may write it. */
const completion = z.object({
  choices: list
    .transform((choices) => choices.slice(0, 1))
    .pipe(
      z.array(
        z.object({
          index: z.number().nullish().catch(null),
          message: said.nullish(),
          delta: said.nullish(),
          text: z.string().nullish().catch(null),
          finish_reason: z.string().nullish().catch(null),
        }),
      ),
    )
    .nullish(),
  // Some servers send `usage: {}` or numbers of their own before the last chunk.
  usage: reportedTokens.nullish().catch(null),
});

/** Mistral's and Anthropic's lists have thoughts among their parts. */
function joined(parts: readonly unknown[]): PartedReply {
  const texts: string[] = [];
  const thoughts: string[] = [];
  for (const part of parts) {
    const thought = textIn(part, 'thinking') ?? textIn(part, 'reasoning');
    const text = typeof part === 'string' ? part : textIn(part, 'text');
    if (thought !== null) thoughts.push(thought);
    else if (text !== null) (isThinking(part) ? thoughts : texts).push(text);
  }
  return { text: texts.join(''), thoughts: thoughts.join('') };
}

function isThinking(part: unknown): boolean {
  const type = textIn(part, 'type') ?? '';
  return /think|reason/.test(type);
}

/** A field that is a text, or a list of parts with texts. */
function textIn(part: unknown, name: string): string | null {
  if (typeof part !== 'object' || part === null || !Object.hasOwn(part, name)) return null;
  const value: unknown = Reflect.get(part, name);
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  return value
    .map((inner) => (typeof inner === 'string' ? inner : (ownText(inner) ?? '')))
    .join('');
}

function ownText(part: unknown): string | null {
  if (typeof part !== 'object' || part === null || !('text' in part)) return null;
  return typeof part.text === 'string' ? part.text : null;
}

/** Puts a reply together from the documents of a response: one, or one per streamed chunk. */
export class ChatReply {
  readonly #endpoint: Endpoint;
  readonly #onText: ((delta: string) => void) | undefined;
  readonly #filter = new ThoughtFilter();
  readonly #toolCalls = new ToolCalls();
  #text = '';
  #reasoning = '';
  #toolCallsLength = 0;
  #deltas = 0;
  #begun = false;
  #refused = false;
  #choices = 0;
  /** Of the choice that is read: some servers count from 1, and nobody asked for two. */
  #index: number | null = null;
  #streamed = false;
  #finishReason: string | null = null;
  #tokens: ReportedTokens | null = null;
  /** The last document had nothing but usage in it, as the last one of a stream has. */
  #usageCameLast = false;
  #ended = false;

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

  /** True once the model is at work on it: from then on it costs. */
  get begun(): boolean {
    return this.#begun;
  }

  /** What the server reported so far; null when it did not. */
  get tokens(): ReportedTokens | null {
    return this.#tokens;
  }

  /** True once the server said why the model stopped: all that can come is usage. */
  get isWhole(): boolean {
    return this.#finishReason !== null;
  }

  /** @throws {BrokenReply} when it is no chat completion, {ModelError} when it says too much. */
  add(document: unknown): void {
    if (document === endOfReply) {
      this.#ended = true;
      return;
    }
    const parsed = completion.safeParse(document);
    if (!parsed.success) {
      throw new BrokenReply('malformed', 'it sent JSON that is no chat completion');
    }
    const { usage, choices } = parsed.data;
    this.#tokens = usage ?? this.#tokens;
    this.#usageCameLast = usage != null && !choices?.length;
    this.#begun ||= this.#tokens !== null || (choices?.length ?? 0) > 0;
    const choice = choices?.[0];
    if (!choice) return;
    this.#choices += 1;
    this.#index ??= choice.index ?? null;
    if (choice.index != null && choice.index !== this.#index) return;
    // Some send an empty one with each chunk.
    this.#finishReason = choice.finish_reason || this.#finishReason;
    // Some repeat the whole message after its pieces.
    if (!choice.delta && this.#streamed) return;
    this.#streamed ||= choice.delta != null;
    this.#say(choice.delta ?? choice.message ?? {}, choice.text ?? '');
  }

  #say({ content, refusal, ...rest }: z.infer<typeof said>, plain: string): void {
    this.#toolCallsLength += this.#toolCalls.add(rest.tool_calls, rest.function_call);
    this.#reasoning += rest.reasoning_content ?? rest.reasoning ?? rest.thinking ?? '';
    this.#reasoning += content?.thoughts ?? '';
    if (refusal) this.#refused = true;
    const delta = `${content?.text ?? plain}${refusal ?? ''}`;
    this.#text += delta;
    this.#keepSmall();
    const shown = this.#filter.next(delta);
    if (shown !== '') this.#onText?.(shown);
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

  /**
   * Why the model stopped, once the response has ended. Whole is what ends with a reason, with the mark that
   * ends a stream, or with the usage that comes after the last piece.
   * @throws {BrokenReply} when there was no choice in it, when it was cut short though the connection closed
   * in order, or when the server gave up on it.
   */
  finish(): FinishReason {
    if (this.#choices === 0) {
      throw new BrokenReply('malformed', 'its reply had no choices in it');
    }
    if (this.#finishReason === null && !this.#ended && !this.#usageCameLast) {
      throw new BrokenReply('cut-short', 'the connection closed before the end');
    }
    const reason = knownReason(this.#finishReason ?? 'stop');
    if (reason === 'broken') {
      const word = foreignText(this.#finishReason ?? '', null);
      throw new BrokenReply('cut-short', `it gave "${word}" as the reason to stop`);
    }
    return this.#refused ? 'content-filter' : reason;
  }
}

/** A text that grows is a tree of its pieces, with 60 bytes for each; so many may wait to become one. */
const deltasPerText = 1_000;

/** The same text in one piece: reading a character makes V8 put it together. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
