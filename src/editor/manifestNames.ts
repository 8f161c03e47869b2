// What package.json declares and code refers to by name. A test holds the two together.

/** Settings, without `fathom.` before them. */
export const settingNames = [
  'model',
  'subModel',
  'otherModels',
  'baseUrl',
  'api',
  'offline',
  'kernel',
  'pythonPath',
  'isolation',
  'limits.maxIterations',
  'limits.maxSubcalls',
  'limits.maxDepth',
  'limits.maxCostUsd',
  'limits.maxTokens',
  'limits.timeoutSeconds',
  'limits.cellTimeoutSeconds',
  'limits.concurrency',
  'exclude',
  'allowSecretFiles',
  'promptsFolder',
  'maxFileSizeMB',
  'directAnswers',
  'cache',
] as const;

export type SettingName = (typeof settingNames)[number];

/** Commands that users find, without `fathom.` before them. */
export const commandNames = [
  'askRepository',
  'askFile',
  'askSelection',
  'askFolder',
  'askFollowUp',
  'generateReport',
  'resumeReport',
  'openPreview',
  'saveReportAs',
  'appendReport',
  'copyReport',
  'showLastAnswer',
  'selectModel',
  'setApiKey',
  'clearApiKey',
  'setEndpoint',
  'checkSandbox',
  'showLog',
  'showRecursion',
  'showHistory',
  'exportRun',
  'showReport',
  'openReportFile',
  'insertContents',
  'stopRuns',
] as const;

/** And those that only Fathom's own views run, which know what they are about: in no manifest. */
type OwnCommandName = 'resumeRun' | 'openOutlineRow';

export type CommandName = (typeof commandNames)[number] | OwnCommandName;

/** What runs a command, with what whoever runs it passes. */
export type CommandHandlers = Readonly<Record<CommandName, (...given: unknown[]) => unknown>>;

/** A command as VS Code names it. */
export function commandId(name: CommandName): `fathom.${CommandName}` {
  return `fathom.${name}`;
}
