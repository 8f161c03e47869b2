import type { Message } from '../languageModel';
import type { RequestOptions } from '../modelApi';
import type { ReplyItem } from './responsesReply';

/** One message, or a part of a reply with what the model thought. */
type InputItem = { readonly role: 'user' | 'assistant'; readonly content: string } | ReplyItem;

/** A request as it is sent. */
export interface ResponsesBody {
  readonly model: string;
  readonly instructions?: string;
  readonly input: readonly InputItem[];
  readonly max_output_tokens?: number;
  /** Nothing is kept at the provider. */
  readonly store: false;
  readonly stream?: true;
  readonly include?: readonly ['reasoning.encrypted_content'];
  readonly prompt_cache_options?: { readonly mode: 'explicit' };
}

/** What this server and model turned out to understand. */
export interface ResponsesDialect {
  /** False when it does not stream (to us: OpenAI wants some organisations verified for that). */
  readonly stream: boolean;
  /** False for a model whose thoughts are not to be had. */
  readonly thoughts: boolean;
  /** True where places in the cache cost extra and can be done without. */
  readonly cacheOptions: boolean;
  /** The most tokens of output that one may ask for. */
  readonly mostOutput: number;
}

/** What there is to say in a request besides the conversation. */
export interface ResponsesRequest extends RequestOptions {
  readonly model: string;
  readonly dialect: ResponsesDialect;
  /** The model's replies with its reasoning, by their index. */
  readonly thoughts: ReadonlyMap<number, readonly ReplyItem[]>;
}

/**
 * Writes a request. No temperature and no effort: what a model does by default is what it is known for. A
 * conversation that ends with its reply gets no place in the cache where that costs extra.
 */
export function responsesBody(
  messages: readonly Message[],
  { model, dialect, thoughts, goesOn = false, maxOutputTokens }: ResponsesRequest,
): ResponsesBody {
  const { stream, cacheOptions, mostOutput } = dialect;
  const system = messages.filter(({ role }) => role === 'system');
  return {
    model,
    ...(system.length === 0
      ? {}
      : { instructions: system.map(({ content }) => content).join('\n\n') }),
    input: messages.flatMap(({ role, content }, index): readonly InputItem[] =>
      role === 'system' ? [] : (thoughts.get(index) ?? [{ role, content }]),
    ),
    ...(maxOutputTokens === undefined
      ? {}
      : { max_output_tokens: Math.min(maxOutputTokens, mostOutput) }),
    store: false,
    ...(stream ? { stream } : {}),
    ...(dialect.thoughts && goesOn ? { include: ['reasoning.encrypted_content'] } : {}),
    ...(cacheOptions && !goesOn ? { prompt_cache_options: { mode: 'explicit' } } : {}),
  };
}
