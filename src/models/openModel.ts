import { type ApiWish, apiOf } from './apiName';
import { parseEndpoint } from './endpoint';
import {
  type CompletionOptions,
  type LanguageModel,
  type Message,
  ModelError,
} from './languageModel';
import type { OpenAiModelOptions } from './openAiModel';

/** A model of an endpoint, and the API to ask it through. */
export interface ModelOptions extends OpenAiModelOptions {
  readonly api: ApiWish;
}

/**
 * Opens a model of an endpoint. What only one API needs is loaded with its first model.
 * @throws {ModelError} `bad-request` or `authentication` when the base URL or the key can't be right.
 */
export async function openModel({ api: wish, ...options }: ModelOptions): Promise<LanguageModel> {
  const api = apiOf(wish, parseEndpoint(options.baseUrl), options.name);
  switch (api) {
    case 'messages': {
      const { messagesModel } = await import('./messages/messagesModel');
      return messagesModel(options);
    }
    case 'responses':
      return openResponses(options);
    case 'chat-completions': {
      const { openAiModel } = await import('./openAiModel');
      const model = openAiModel(options);
      return wish === 'auto' ? new EitherModel(model, () => openResponses(options)) : model;
    }
  }
}

async function openResponses(options: OpenAiModelOptions): Promise<LanguageModel> {
  const { responsesModel } = await import('./responses/responsesModel');
  return responsesModel(options);
}

/**
 * A model whose API is not known for sure: it is asked through chat completions until its server says that
 * there is only the other one for it.
 */
class EitherModel implements LanguageModel {
  #model: LanguageModel;
  readonly #other: () => Promise<LanguageModel>;

  constructor(model: LanguageModel, other: () => Promise<LanguageModel>) {
    this.#model = model;
    this.#other = other;
  }

  get name(): string {
    return this.#model.name;
  }

  get id(): string {
    return this.#model.id ?? this.#model.name;
  }

  get offline(): boolean {
    return this.#model.offline;
  }

  get contextWindow(): number | null {
    return this.#model.contextWindow;
  }

  price(inputTokens: number, outputTokens: number, goesOn?: boolean): number | null {
    return this.#model.price(inputTokens, outputTokens, goesOn);
  }

  async complete(messages: readonly Message[], options: CompletionOptions) {
    const asked = this.#model;
    try {
      return await asked.complete(messages, options);
    } catch (error) {
      if (!wantsResponses(error)) throw error;
      if (this.#model === asked) this.#model = await this.#other();
      return this.#model === asked
        ? Promise.reject(error)
        : this.#model.complete(messages, options);
    }
  }
}

/** OpenAI: "This model is only supported in v1/responses and not in v1/chat/completions." */
function wantsResponses(error: unknown): boolean {
  return (
    error instanceof ModelError &&
    /(?:only (?:supported|available) (?:in|with|through)|use) (?:the )?\W?(?:\/?v1\/)?responses\b/i.test(
      error.message,
    )
  );
}
