import type { LanguageModel } from '../models/languageModel';
import { offlineRoot, offlineSub } from '../models/offline/offlineModel';
import { openAiModel } from '../models/openAiModel';
import type { Environment } from './askIo';
import { UsageError } from './exitStatus';
import type { AskOptions } from './options';

export interface ChosenModels {
  readonly model: LanguageModel;
  readonly subModel: LanguageModel;
  readonly otherModels: readonly LanguageModel[];
  /** Keys that must not turn up in a log. */
  readonly secrets: readonly string[];
  /** What the user should know about the choice; null when it is just what was asked for. */
  readonly notice: string | null;
}

const offlineIs = 'keyword search, no language model';

/** What a key for OpenAI alone asks: the models of the paper's best figures. */
const openAiDefault = { root: 'gpt-5', sub: 'gpt-5-mini' } as const;

/**
 * The models of a run: offline when asked for, or when there is neither a key nor a base URL.
 * @throws {UsageError} when no model is named for a provider other than OpenAI
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
  if (model === null && baseUrl !== null) {
    throw new UsageError(
      'No model is named. Use --model NAME or set FATHOM_MODEL; or use --offline, which needs none.',
    );
  }
  const endpoint = { apiKey, baseUrl };
  const rootName = model ?? openAiDefault.root;
  const subName = options.subModel ?? model ?? openAiDefault.sub;
  const named = options.otherModels.filter((name) => name !== rootName && name !== subName);
  const root = openAiModel({ ...endpoint, name: rootName });
  return {
    model: root,
    subModel: subName === rootName ? root : openAiModel({ ...endpoint, name: subName }),
    otherModels: [...new Set(named)].map((name) => openAiModel({ ...endpoint, name })),
    secrets: apiKey === null ? [] : [apiKey],
    notice:
      model === null ? `No model is named: asking ${rootName}, and ${subName} for pieces.` : null,
  };
}

function offline(notice: string): ChosenModels {
  return { model: offlineRoot(), subModel: offlineSub(), otherModels: [], secrets: [], notice };
}
