import { ChatReply } from './chatReply';
import { type ChatBody, ChatRequests } from './chatRequest';
import type { Message } from './languageModel';
import type { ApiParts, ModelApi, RequestOptions } from './modelApi';

/** OpenAI's chat completions, which nearly every server speaks. */
export class ChatApi implements ModelApi<ChatBody, ChatReply> {
  readonly #parts: ApiParts;
  readonly #requests: ChatRequests;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#requests = new ChatRequests(parts.asked.model);
  }

  body(messages: readonly Message[], { maxOutputTokens }: RequestOptions): ChatBody {
    return this.#requests.body(messages, maxOutputTokens);
  }

  send(body: ChatBody, signal: AbortSignal): Promise<Response> {
    return this.#parts.client.chat.completions.create(body, { signal }).asResponse();
  }

  reader(onText: ((delta: string) => void) | undefined): ChatReply {
    return new ChatReply(this.#parts.asked.endpoint, onText);
  }

  learn(refusal: unknown, sent: ChatBody): boolean {
    return this.#requests.learn(refusal, sent);
  }
}
