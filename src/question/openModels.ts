import { type Endpoint, parseEndpoint } from '../models/endpoint';
import type { LanguageModel } from '../models/languageModel';
import { offlineRoot, offlineSub } from '../models/offline/offlineModel';
import { openModel } from '../models/openModel';
import { type ChatModelName, parseChatModelName } from './chatModelName';
import type { ModelChoice } from './question';

/** An editor's means to reach models. */
export interface ModelAccess {
  /** Knows the user's proxy and certificates. */
  readonly fetch?: typeof globalThis.fetch;
  /** Opens a model of VS Code. @throws {ModelError} when it does not have it. */
  readonly chatModels?: (wanted: ChatModelName) => Promise<LanguageModel>;
}

/** The models of a run. */
export interface OpenedModels {
  readonly root: LanguageModel;
  readonly sub: LanguageModel;
  /** Further models that code may name in a sub-call. */
  readonly others: readonly LanguageModel[];
}

/** Opens the models that the user chose. @throws {ModelError} when one of them is not available. */
export async function openModels(choice: ModelChoice, access: ModelAccess): Promise<OpenedModels> {
  if (choice.kind === 'offline') return { root: offlineRoot(), sub: offlineSub(), others: [] };
  const { baseUrl, apiKey, api, model, subModel, otherModels } = choice;
  const options = { apiKey, baseUrl, api, ...editorFetch(parseEndpoint(baseUrl), access) };
  const { chatModels } = access;
  const open = async (name: string): Promise<LanguageModel> => {
    const chat = chatModels ? parseChatModelName(name) : null;
    return chat && chatModels ? chatModels(chat) : openModel({ ...options, name });
  };
  const root = await open(model);
  const same = subModel === null || subModel === model;
  const others = new Set(otherModels.filter((name) => name !== model && name !== subModel));
  return {
    root,
    sub: same ? root : await open(subModel),
    others: await Promise.all([...others].map(open)),
  };
}

/**
 * The editor's own `fetch` knows the user's proxy and certificates. A server on this machine needs neither,
 * but may take longer than the five minutes after which that `fetch` gives up.
 */
function editorFetch({ loopback }: Endpoint, { fetch }: ModelAccess) {
  return loopback || !fetch ? {} : { fetch };
}
