import { ConfigurationTarget, type WorkspaceFolder, workspace } from 'vscode';
import { type ApiWish, apiWishes } from '../models/apiName';
import type { KernelWish } from '../question/question';
import { defaultMaxFileSize } from '../repository/text/maxFileSize';
import { defaultLimits, type Limits } from '../rlm/budget/limits';
import type { SettingName } from './manifestNames';

/** The user's settings at the time of a question. Empty texts mean "not set". */
export interface Settings {
  readonly model: string;
  readonly subModel: string;
  /** Further models that code may name in a sub-call. */
  readonly otherModels: readonly string[];
  readonly baseUrl: string;
  /** The API that models are asked through. */
  readonly api: ApiWish;
  readonly offline: boolean;
  readonly kernel: KernelWish['kernel'];
  readonly isolation: KernelWish['isolation'];
  readonly pythonPath: string;
  readonly limits: Limits;
  readonly allowSecretFiles: readonly string[];
  /** Whether to keep replies of sub-models for later questions. */
  readonly cache: boolean;
  readonly promptsFolder: string;
  /** Whether a question about a small context may go to the model directly. */
  readonly directAnswers: boolean;
  /** In bytes. */
  readonly maxFileSize: number;
}

/** The settings that Fathom itself writes. */
export type WritableSetting = Extract<
  SettingName,
  'model' | 'subModel' | 'baseUrl' | 'offline' | 'isolation'
>;

const bytesPerMegabyte = 1024 * 1024;

/** Reads all settings; a value of the wrong type counts as not set. */
export function readSettings(): Settings {
  const get = (name: SettingName): unknown => workspace.getConfiguration('fathom').get(name);
  const text = (name: SettingName): string => {
    const value = get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const number = (name: SettingName, least: number, otherwise: number): number => {
    const value = get(name);
    return typeof value === 'number' && value >= least ? value : otherwise;
  };
  const whole = (name: SettingName, least: number, otherwise: number): number =>
    Math.floor(number(name, least, otherwise));
  const orNull = (name: SettingName, otherwise: number | null): number | null => {
    const value = get(name);
    if (value === null) return null;
    return typeof value === 'number' && value > 0 ? value : otherwise;
  };
  return {
    model: text('model'),
    subModel: text('subModel'),
    otherModels: texts(get('otherModels')).map((name) => name.trim()),
    baseUrl: text('baseUrl'),
    api: apiWishes.find((wish) => wish === get('api')) ?? 'auto',
    offline: get('offline') === true,
    kernel: kernelChoice(get('kernel')),
    isolation: get('isolation') === 'off' ? 'off' : 'on',
    pythonPath: text('pythonPath'),
    limits: {
      maxDepth: whole('limits.maxDepth', 0, defaultLimits.maxDepth),
      maxIterations: whole('limits.maxIterations', 1, defaultLimits.maxIterations),
      maxSubcalls: whole('limits.maxSubcalls', 0, defaultLimits.maxSubcalls),
      maxTokens: orNull('limits.maxTokens', defaultLimits.maxTokens),
      maxCostUsd: orNull('limits.maxCostUsd', defaultLimits.maxCostUsd),
      timeoutMs: 1000 * number('limits.timeoutSeconds', 1, defaultLimits.timeoutMs / 1000),
      cellTimeoutMs:
        1000 * number('limits.cellTimeoutSeconds', 1, defaultLimits.cellTimeoutMs / 1000),
      concurrency: whole('limits.concurrency', 1, defaultLimits.concurrency),
    },
    allowSecretFiles: texts(get('allowSecretFiles')),
    cache: get('cache') !== false,
    promptsFolder: text('promptsFolder'),
    directAnswers: get('directAnswers') !== false,
    maxFileSize: Math.floor(
      bytesPerMegabyte * number('maxFileSizeMB', 0.001, defaultMaxFileSize / bytesPerMegabyte),
    ),
  };
}

/** The excluded globs of the folders: from Fathom's own setting, `files.exclude` and `search.exclude`. */
export function readExcludes(folders: readonly WorkspaceFolder[]): readonly string[] {
  const globs = folders.flatMap(({ uri }) => [
    ...texts(workspace.getConfiguration('fathom', uri).get('exclude' satisfies SettingName)),
    ...switchedOn(workspace.getConfiguration('files', uri).get('exclude')),
    ...switchedOn(workspace.getConfiguration('search', uri).get('exclude')),
  ]);
  return [...new Set(globs)];
}

/** Changes a setting where it is set now: in the workspace if it is set there, else for the user. */
export async function writeSetting(
  name: WritableSetting,
  value: string | boolean | undefined,
): Promise<void> {
  const settings = workspace.getConfiguration('fathom');
  const inWorkspace = workspace.isTrusted && settings.inspect(name)?.workspaceValue !== undefined;
  const machine = name === 'baseUrl' || name === 'isolation';
  const target =
    inWorkspace && !machine ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await settings.update(name, value, target);
}

function kernelChoice(value: unknown): KernelWish['kernel'] {
  return value === 'native' || value === 'wasm' ? value : 'auto';
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item) => typeof item === 'string' && item.trim() !== '');
}

/** The globs that are on. Globs that depend on a sibling (`{"when": ...}`) are ignored. */
function switchedOn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([glob, on]) => (on === true ? [glob] : []));
}
