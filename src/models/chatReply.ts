import * as z from 'zod';
import { BrokenReply } from './brokenReply';
import { endOfReply } from './chatResponse';
import type { Endpoint } from './endpoint';
import { finishReason } from './finishReasons';
import type { FinishReason } from './languageModel';
import type { ReplyReader } from './modelApi';
import { ReplyText } from './replyText';
import { type ReportedTokens, reportedTokens } from './reportedTokens';
import type { PartedReply } from './thoughts';
import { toolCallFields } from './toolCalls';

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
export class ChatReply implements ReplyReader {
  readonly #said: ReplyText;
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
    const reasoning = rest.reasoning_content ?? rest.reasoning ?? rest.thinking ?? '';
    if (refusal) this.#refused = true;
    this.#said.addCalls(rest.tool_calls, rest.function_call);
    this.#said.add(
      `${content?.text ?? plain}${refusal ?? ''}`,
      `${reasoning}${content?.thoughts ?? ''}`,
    );
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
    const reason = finishReason(this.#finishReason ?? 'stop');
    return this.#refused ? 'content-filter' : reason;
  }
}
