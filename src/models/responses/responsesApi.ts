import { APIError } from 'openai';
import type { ModelFacts } from '../catalogue';
import { KeptThoughts } from '../keptThoughts';
import type { Message } from '../languageModel';
import type { ApiParts, ModelApi, RequestOptions } from '../modelApi';
import { outputLimitIn, wordsOf } from '../refusedParameter';
import { type ResponsesBody, type ResponsesDialect, responsesBody } from './responsesBody';
import { type ReplyItem, ResponsesReply, textOf } from './responsesReply';

/** OpenAI's Responses API: some models have nothing else, and models see their own reasoning again. */
export class ResponsesApi implements ModelApi<ResponsesBody, ResponsesReply> {
  readonly #parts: ApiParts;
  readonly #thoughts = new KeptThoughts<ReplyItem>();
  #dialect: ResponsesDialect;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#dialect = {
      stream: true,
      thoughts: true,
      cacheOptions: chargesForCaching(parts.facts),
      mostOutput: Number.POSITIVE_INFINITY,
    };
  }

  body(messages: readonly Message[], options: RequestOptions): ResponsesBody {
    return responsesBody(messages, {
      ...options,
      model: this.#parts.asked.model,
      dialect: this.#dialect,
      thoughts: this.#thoughts.in(messages),
    });
  }

  send(body: ResponsesBody, signal: AbortSignal): Promise<Response> {
    const { stream = false } = body;
    return this.#parts.client.post('/responses', { body, signal, stream }).asResponse();
  }

  reader(onText: ((delta: string) => void) | undefined): ResponsesReply {
    return new ResponsesReply(this.#parts.asked.endpoint, onText);
  }

  learn(refusal: unknown, sent: ResponsesBody): boolean {
    // What was not kept at the server is "not found" (404).
    if (!(refusal instanceof APIError) || ![400, 404, 422].includes(refusal.status ?? 0)) {
      return false;
    }
    const words = wordsOf(refusal);
    const without = (less: Partial<ResponsesDialect>): boolean => {
      this.#dialect = { ...this.#dialect, ...less };
      return true;
    };
    const hasReasoning = sent.input.some((one) => 'type' in one && one.type === 'reasoning');
    if (hasReasoning && /encrypted|reasoning|Item (?:with id )?['"]/i.test(words)) {
      this.#thoughts.giveUp();
      return without({ thoughts: false });
    }
    if (sent.include && /encrypted|\binclude\b/i.test(words)) return without({ thoughts: false });
    if (sent.prompt_cache_options && words.includes('prompt_cache_options')) {
      return without({ cacheOptions: false });
    }
    if (sent.stream && refusal.param === 'stream') return without({ stream: false });
    const mostOutput = outputLimitIn(words, sent.max_output_tokens ?? 0);
    return mostOutput !== null && without({ mostOutput });
  }

  keep(messages: readonly Message[], text: string, { items }: ResponsesReply): void {
    // Where thoughts were in the text itself, the reply is another one than the items say.
    if (items && textOf(items) === text) this.#thoughts.keep(messages, text, items);
  }
}

/** Of newer models, what goes into the cache costs more than what does not. */
function chargesForCaching({ cost }: ModelFacts): boolean {
  const call = { inputTokens: 1_000, outputTokens: 0, cachedInputTokens: 0 };
  const price = cost(call);
  return price !== null && (cost({ ...call, cacheWriteTokens: 1_000 }) ?? price) > price;
}
