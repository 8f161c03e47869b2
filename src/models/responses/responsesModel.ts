import type { LanguageModel } from '../languageModel';
import { type OpenAiModelOptions, servedModel } from '../openAiModel';
import { ResponsesApi } from './responsesApi';

/**
 * A language model behind OpenAI's Responses API.
 * @throws {ModelError} `bad-request` or `authentication` when the base URL or the key can't be right.
 */
export function responsesModel(options: OpenAiModelOptions): LanguageModel {
  return servedModel(options, {
    name: 'Responses',
    server: "a server with OpenAI's Responses API",
    make: (parts) => new ResponsesApi(parts),
  });
}
