import type { ModelChoice } from '../question/question';
import type { Environment } from './askIo';
import { UsageError } from './exitStatus';
import type { AskOptions } from './options';

export interface ChosenModels {
  readonly choice: ModelChoice;
  /** What the user should know about the choice; null when it is just what was asked for. */
  readonly notice: string | null;
}

const offlineIs = 'keyword search, no language model';

/** The models when only an OpenAI key is set: those with the best figures in the paper. */
const openAiDefault = { root: 'gpt-5', sub: 'gpt-5-mini' } as const;

/**
 * The models of a run: offline when asked for, or when there is neither a key nor a base URL.
 * @throws {UsageError} when no model is named for a provider other than OpenAI
 */
export function chooseModels(options: AskOptions, env: Environment): ChosenModels {
  const apiKey = env.OPENAI_API_KEY?.trim() || null;
  const { baseUrl, model, otherModels } = options;
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
  const root = model ?? openAiDefault.root;
  const subModel = options.subModel ?? model ?? openAiDefault.sub;
  return {
    choice: { kind: 'named', baseUrl, apiKey, model: root, subModel, otherModels },
    notice:
      model === null ? `No model is named: asking ${root}, and ${subModel} for pieces.` : null,
  };
}

function offline(notice: string): ChosenModels {
  return { choice: { kind: 'offline' }, notice };
}
