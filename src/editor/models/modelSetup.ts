import { InputBoxValidationSeverity, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { ModelList } from '../../contract/engineContract';
import { messageOf } from '../../ground/fileFailure';
import { checkApiKey, type Endpoint, parseEndpoint } from '../../models/endpoint';
import type { LocalServer } from '../../models/localServers';
import { parseChatModelName } from '../../question/chatModelName';
import type { ModelChoice } from '../../question/question';
import type { LazyEngine } from '../engineClient/lazyEngine';
import { listed } from '../listed';
import type { Log } from '../log';
import { messages } from '../messages';
import { readSettings, type Settings, writeSetting } from '../settings';
import type { ApiKeys } from './apiKeys';
import { listChatModels } from './chatModels';
import { pickModel } from './modelPicker';

/** How long an endpoint may take to list its models, in milliseconds. */
const listLimitMs = 10_000;

/** Finds out which language model to ask, and asks the user for what is missing, once. */
export class ModelSetup {
  readonly #keys: ApiKeys;
  readonly #engine: LazyEngine;
  readonly #log: Log;

  constructor(keys: ApiKeys, engine: LazyEngine, log: Log) {
    this.#keys = keys;
    this.#engine = engine;
    this.#log = log;
  }

  /** The model that the settings name; null when the user was asked and would not say. */
  async choose(): Promise<ModelChoice | null> {
    const settings = readSettings();
    if (settings.offline) return { kind: 'offline' };
    if (isAllInEditor(settings)) return { ...chosenModels(settings), baseUrl: null, apiKey: null };
    const endpoint = await this.#configuredEndpoint();
    if (!endpoint) return null;
    const key = await this.#keys.get(endpoint);
    if (key.kind === 'unknown') return this.#offer(endpoint);
    return this.#withKey(endpoint, key.kind === 'key' ? key.value : null);
  }

  /** Asks for the key of the current endpoint. False when none was entered. */
  async enterApiKey(): Promise<boolean> {
    const endpoint = await this.#configuredEndpoint();
    return endpoint !== null && this.#enterKeyFor(endpoint);
  }

  /** Forgets the key of the current endpoint, and that it needs none. */
  async clearApiKey(): Promise<void> {
    const endpoint = await this.#configuredEndpoint();
    if (!endpoint) return;
    await this.#keys.clear(endpoint);
    this.#log.info(`The API key for ${endpoint.host} was cleared.`);
    void messages.showInformationMessage(`Fathom has no API key for ${endpoint.host} any more.`);
  }

  /** Asks for a base URL, its key where it needs one, and a model. False when the user stopped. */
  async enterEndpoint(): Promise<boolean> {
    const found = await this.#localServers();
    if (found.length === 0) return this.#typeEndpoint();
    const rows = found.map(localServerRow);
    const other = { label: '$(edit) Another endpoint…' };
    const picked = await window.showQuickPick([...rows, other], {
      title: 'Endpoint',
      placeHolder: 'These servers answer on this machine',
      ignoreFocusOut: true,
    });
    if (picked === undefined) return false;
    const server = found[rows.indexOf(picked)];
    return server ? this.#useLocalServer(server) : this.#typeEndpoint();
  }

  /** Servers on this machine. None when the engine can't say. */
  async #localServers(): Promise<readonly LocalServer[]> {
    try {
      const engine = await this.#engine.get();
      return await engine.localServers(AbortSignal.timeout(listLimitMs));
    } catch (error) {
      // What is wrong with the engine is said where it is needed.
      this.#log.info(`Servers on this machine were not looked for: ${messageOf(error)}`);
      return [];
    }
  }

  /** False when the user chose no model of it. */
  async #useLocalServer({ baseUrl }: LocalServer): Promise<boolean> {
    const endpoint = parseEndpoint(baseUrl);
    await writeSetting('baseUrl', endpoint.url);
    await this.#leaveOffline();
    // It listed its models without one. A key that was entered for it before stays.
    if ((await this.#keys.get(endpoint)).kind === 'unknown') await this.#keys.setNone(endpoint);
    this.#log.info(`The endpoint is ${endpoint.shownUrl} now.`);
    return (await this.#selectModelFor(endpoint)) !== null;
  }

  async #typeEndpoint(): Promise<boolean> {
    const url = await window.showInputBox({
      title: 'Endpoint',
      prompt: "The base URL of an OpenAI-compatible API, or of Anthropic's",
      value: readSettings().baseUrl || 'http://127.0.0.1:11434/v1',
      ignoreFocusOut: true,
      validateInput: (text) => {
        const checked = checkedEndpoint(text);
        return typeof checked === 'string' ? checked : exposureWarning(checked);
      },
    });
    if (url === undefined) return false;
    const endpoint = parseEndpoint(url);
    await writeSetting('baseUrl', endpoint.openAi ? undefined : endpoint.url);
    await this.#leaveOffline();
    this.#log.info(`The endpoint is ${endpoint.shownUrl} now.`);
    if ((await this.#keys.get(endpoint)).kind === 'unknown') {
      if (!(await this.#enterFirstKey(endpoint))) return false;
    }
    return (await this.#selectModelFor(endpoint)) !== null;
  }

  /** Lets the user choose the root model and the one for sub-calls. False when they did not. */
  async selectModel(): Promise<boolean> {
    const endpoint = await this.#configuredEndpoint();
    if (!endpoint) return false;
    const inEditor = (await listChatModels()).length > 0;
    if (!inEditor && (await this.#keys.get(endpoint)).kind === 'unknown') {
      if (!(await this.#enterFirstKey(endpoint))) return false;
    }
    const model = await this.#selectModelFor(endpoint);
    if (model === null) return false;
    await this.#leaveOffline();
    const subModel = await pickModel(
      {
        title: 'Model for sub-calls',
        placeholder: 'It reads single pieces; a smaller one is cheaper',
        current: readSettings().subModel,
        chatModels: await listChatModels(),
        none: `Same as the root model (${model})`,
      },
      (signal) => this.#listModels(endpoint, signal),
    );
    if (subModel !== null) await writeSetting('subModel', subModel || undefined);
    return true;
  }

  async #offer(endpoint: Endpoint): Promise<ModelChoice | null> {
    const enterKey = { label: '$(key) Enter an API key', detail: keyDetail(endpoint) };
    const noKey = {
      label: '$(unlock) Go on without a key',
      detail: `For when ${endpoint.host} needs none`,
    };
    const setEndpoint = {
      label: '$(plug) Set an endpoint',
      detail: 'Any OpenAI-compatible API, also one on this machine: Ollama, LM Studio, vLLM, …',
    };
    const tryOffline = {
      label: '$(search) Try offline',
      detail: 'Keyword search without a language model: no key, no network, no cost',
    };
    const [inEditor, found] = await Promise.all([listChatModels(), this.#localServers()]);
    const local = found.map(localServerRow);
    const useEditor = {
      label: '$(sparkle) Use a model of VS Code',
      detail: `${listed(inEditor.map(({ label }) => label))}: no key needed`,
    };
    const separator: QuickPickItem = { label: '', kind: QuickPickItemKind.Separator };
    const items = [
      ...(inEditor.length > 0 ? [useEditor] : []),
      ...local,
      enterKey,
      ...(wantsKey(endpoint) ? [] : [noKey]),
      setEndpoint,
      separator,
      tryOffline,
    ];
    const picked = await window.showQuickPick(items, {
      title: 'Fathom needs a language model',
      placeHolder: 'How shall questions be answered?',
      ignoreFocusOut: true,
    });
    const server = picked && found[local.indexOf(picked)];
    if (server) return (await this.#useLocalServer(server)) ? this.choose() : null;
    switch (picked) {
      case useEditor:
        return (await this.#selectModelFor(null)) === null ? null : this.choose();
      case enterKey:
        return (await this.#enterKeyFor(endpoint)) ? this.choose() : null;
      case noKey:
        await this.#keys.setNone(endpoint);
        return this.choose();
      case setEndpoint:
        return (await this.enterEndpoint()) ? this.choose() : null;
      case tryOffline:
        await writeSetting('offline', true);
        return { kind: 'offline' };
      default:
        return null;
    }
  }

  async #withKey(endpoint: Endpoint, apiKey: string | null): Promise<ModelChoice | null> {
    if (apiKey !== null) this.#log.hide(apiKey);
    const chosen = chosenModels(readSettings());
    const model = chosen.model || (await this.#selectModelFor(endpoint));
    return model === null ? null : { ...chosen, model, baseUrl: endpoint.url, apiKey };
  }

  /** The endpoint of the settings; null, with a message, when it can't be read. */
  async #configuredEndpoint(): Promise<Endpoint | null> {
    const checked = checkedEndpoint(readSettings().baseUrl);
    if (typeof checked !== 'string') return checked;
    const set = 'Set Endpoint';
    const picked = await messages.showErrorMessage(
      `Fathom can't use its endpoint. ${checked}`,
      set,
    );
    if (picked !== set || !(await this.enterEndpoint())) return null;
    return this.#configuredEndpoint();
  }

  /** For an endpoint that nobody was asked about: this machine is tried without a key first. */
  async #enterFirstKey(endpoint: Endpoint): Promise<boolean> {
    if (endpoint.loopback) {
      const list = await this.#listModels(endpoint, new AbortController().signal);
      if (list.kind !== 'refused') {
        await this.#keys.setNone(endpoint);
        return true;
      }
    }
    return this.#enterKeyFor(endpoint);
  }

  async #enterKeyFor(endpoint: Endpoint): Promise<boolean> {
    const text = await window.showInputBox({
      title: `API key for ${endpoint.host}`,
      prompt: keyDetail(endpoint),
      placeHolder: wantsKey(endpoint) ? 'sk-…' : 'Leave empty when the endpoint needs none',
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => keyProblem(value, endpoint) ?? exposureWarning(endpoint),
    });
    if (text === undefined) return false;
    const key = checkApiKey(text, endpoint);
    if (key === null) {
      await this.#keys.setNone(endpoint);
    } else {
      this.#log.hide(key);
      await this.#keys.set(endpoint, key);
    }
    await this.#leaveOffline();
    this.#log.info(`An API key for ${endpoint.host} was ${key === null ? 'waived' : 'stored'}.`);
    return true;
  }

  /** @param endpoint null for the models of VS Code only. */
  async #selectModelFor(endpoint: Endpoint | null): Promise<string | null> {
    const model = await pickModel(
      {
        title: endpoint ? `Model at ${endpoint.host}` : 'Model of VS Code',
        placeholder: 'The root model: it explores the repository and writes the answer',
        current: readSettings().model,
        chatModels: await listChatModels(),
      },
      async (signal) =>
        endpoint ? this.#listModels(endpoint, signal) : { kind: 'listed', names: [] },
    );
    if (!model) return null;
    await writeSetting('model', model);
    return model;
  }

  async #listModels(endpoint: Endpoint, signal: AbortSignal): Promise<ModelList> {
    const key = await this.#keys.get(endpoint);
    // Nobody said yet that it may be asked.
    if (key.kind === 'unknown' && !endpoint.loopback) return { kind: 'refused' };
    const engine = await this.#engine.get();
    const apiKey = key.kind === 'key' ? key.value : null;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(listLimitMs)]);
    return engine.listModels(endpoint.url, apiKey, limited);
  }

  /** Whoever enters a key, an endpoint or a model wants it used. */
  async #leaveOffline(): Promise<void> {
    if (readSettings().offline) await writeSetting('offline', undefined);
  }
}

/** A row for a server that was found on this machine. */
function localServerRow({ baseUrl, models }: LocalServer): QuickPickItem {
  return {
    label: `$(server) Use the server at ${new URL(baseUrl).host}`,
    detail: `On this machine, without a key: ${listed(models)}`,
  };
}

function chosenModels({ model, subModel, otherModels, api }: Settings) {
  return { kind: 'named', model, subModel: subModel || null, otherModels, api } as const;
}

/** Whether every model is one of VS Code's, so that no endpoint is asked. */
function isAllInEditor({ model, subModel, otherModels }: Settings): boolean {
  return [model, subModel || model, ...otherModels].every((name) => parseChatModelName(name));
}

/** The endpoint, or what is wrong with it. */
function checkedEndpoint(baseUrl: string): Endpoint | string {
  try {
    return parseEndpoint(baseUrl);
  } catch (error) {
    return messageOf(error);
  }
}

/** What is wrong with a key; null when nothing is. */
function keyProblem(value: string, endpoint: Endpoint): string | null {
  if (value.trim() === '') {
    return wantsKey(endpoint) ? `Paste the key for ${endpoint.host}.` : null;
  }
  try {
    checkApiKey(value, endpoint);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The providers' own services have nothing for those without a key. */
function wantsKey({ openAi, anthropic }: Endpoint): boolean {
  return openAi || anthropic;
}

function exposureWarning(endpoint: Endpoint) {
  if (endpoint.loopback || endpoint.url.startsWith('https:')) return null;
  return {
    message: `${endpoint.host} is reached without encryption: the key, your questions and your code can be read on the way.`,
    severity: InputBoxValidationSeverity.Warning,
  };
}

function keyDetail({ host }: Endpoint): string {
  return `Kept in the editor's secret storage, and sent to ${host} only`;
}
