import type { LanguageModel } from '../models/languageModel';
import { offlineRoot, offlineSub } from '../models/offline/offlineModel';
import { openAiModel } from '../models/openAiModel';
import type { Environment } from './askIo';
import { UsageError } from './exitStatus';
import type { AskOptions } from './options';

export interface ChosenModels {
  readonly model: LanguageModel;
  readonly subModel: LanguageModel;
  /** Keys that must not turn up in a log. */
  readonly secrets: readonly string[];
  /** What the user should know about the choice; null when it is just what was asked for. */
  readonly notice: string | null;
}

const offlineIs = 'keyword search, no language model';

/**
 * The models of a run: offline when asked for, or when there is neither a key nor a base URL.
 * @throws {UsageError} when no model is named for a provider
 */
export function chooseModels(options: AskOptions, env: Environment): ChosenModels {
  const apiKey = env.OPENAI_API_KEY?.trim() || null;
  const { baseUrl, model } = options;
  if (options.offline) return offline(`Offline: ${offlineIs}.`);
  if (apiKey === null && baseUrl === null) {
    const unused = model === null ? '' : ` The model "${model}" is not used.`;
    return offline(
      `Neither OPENAI_API_KEY nor a base URL is set: answering offline (${offlineIs}).${unused}`,
    );
  }
  if (model === null) {
    throw new UsageError(
      'No model is named. Use --model NAME or set FATHOM_MODEL; or use --offline, which needs none.',
    );
  }
  // The run's scheduler tries again what may pass.
  const endpoint = { apiKey, baseUrl, maxRetries: 0 };
  const rootModel = openAiModel({ ...endpoint, name: model });
  const subName = options.subModel ?? model;
  return {
    model: rootModel,
    subModel: subName === model ? rootModel : openAiModel({ ...endpoint, name: subName }),
    secrets: apiKey === null ? [] : [apiKey],
    notice: null,
  };
}

function offline(notice: string): ChosenModels {
  return { model: offlineRoot(), subModel: offlineSub(), secrets: [], notice };
}
