import { anthropicUrl } from '../models/endpoint';
import type { ModelChoice } from '../question/question';
import type { Environment } from './askIo';
import { UsageError } from './exitStatus';
import type { AskOptions } from './options';

export interface ChosenModels {
  readonly choice: ModelChoice;
  /** What the user should know about the choice; null when it is just what was asked for. */
  readonly notice: string | null;
  /** True when neither a model, a key nor a server was named: a server on this machine may be worth a word. */
  readonly unconfigured: boolean;
}

const offlineIs = 'keyword search, no language model';

/** What a key alone asks: of OpenAI the models of the paper's best figures, of Anthropic their like. */
const defaults = {
  openAi: { root: 'gpt-5', sub: 'gpt-5-mini' },
  anthropic: { root: 'claude-sonnet-5', sub: 'claude-haiku-4-5' },
} as const;

/**
 * The models of a run: offline when asked for, or when there is neither a key nor a base URL.
 * @throws {UsageError} when no model is named for a provider other than OpenAI
 */
export function chooseModels(options: AskOptions, env: Environment): ChosenModels {
  const keys = keysOf(env);
  const { api, model, otherModels } = options;
  const baseUrl = options.baseUrl ?? (meansAnthropic(options, keys) ? anthropicUrl : null);
  const atAnthropic = isAnthropic(baseUrl);
  const apiKey = atAnthropic ? keys.anthropic : keys.openAi;
  if (options.offline) return offline(`Offline: ${offlineIs}.`);
  if (apiKey === null && baseUrl === null) {
    const unused = model === null ? '' : ` The model "${model}" is not used.`;
    const notice = `Neither OPENAI_API_KEY, ANTHROPIC_API_KEY nor a base URL is set: answering offline (${offlineIs}).${unused}`;
    return { ...offline(notice), unconfigured: true };
  }
  if (model === null && options.baseUrl !== null) {
    throw new UsageError(
      'No model is named. Use --model NAME or set FATHOM_MODEL; or use --offline, which needs none.',
    );
  }
  const byDefault = defaults[atAnthropic ? 'anthropic' : 'openAi'];
  const root = model ?? byDefault.root;
  const subModel = options.subModel ?? model ?? byDefault.sub;
  return {
    choice: { kind: 'named', baseUrl, apiKey, api, model: root, subModel, otherModels },
    notice:
      model === null ? `No model is named: asking ${root}, and ${subModel} for pieces.` : null,
    unconfigured: false,
  };
}

interface Keys {
  readonly openAi: string | null;
  readonly anthropic: string | null;
}

/** Each provider's own. A key of Anthropic's in the other variable was the only way once. */
function keysOf({ OPENAI_API_KEY, ANTHROPIC_API_KEY }: Environment): Keys {
  const openAi = OPENAI_API_KEY?.trim() || null;
  const older = openAi?.startsWith('sk-ant-') ? openAi : null;
  return { openAi, anthropic: ANTHROPIC_API_KEY?.trim() || older };
}

/** Whether models are Anthropic's, though no endpoint is named. */
function meansAnthropic({ api, model }: AskOptions, { openAi, anthropic }: Keys): boolean {
  if (api === 'messages') return true;
  const openAis = openAi !== anthropic ? openAi : null;
  return anthropic !== null && (openAis === null || (model?.startsWith('claude') ?? false));
}

function isAnthropic(baseUrl: string | null): boolean {
  return baseUrl !== null && URL.parse(baseUrl)?.host === new URL(anthropicUrl).host;
}

function offline(notice: string): ChosenModels {
  return { choice: { kind: 'offline' }, notice, unconfigured: false };
}
