// Names that package.json declares and code uses. A test keeps the two in step.

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

/** Commands in the manifest, without `fathom.` before them. */
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

/** Commands that only Fathom's own views run. They are not in the manifest. */
type OwnCommandName = 'resumeRun' | 'openOutlineRow';

export type CommandName = (typeof commandNames)[number] | OwnCommandName;

/** The functions that run the commands, with the arguments that callers pass. */
export type CommandHandlers = Readonly<Record<CommandName, (...given: unknown[]) => unknown>>;

/** A command as VS Code names it. */
export function commandId(name: CommandName): `fathom.${CommandName}` {
  return `fathom.${name}`;
}

/** Context keys of the manifest's `when` clauses, without `fathom.` before them. */
export const contextNames = [
  /** A run is going on. */
  'running',
  /** There is a report to show. */
  'hasReport',
  /** Uris of visible documents: with reports, with answers, and with either. */
  'reports',
  'answers',
  'documents',
] as const;

/** A context key as `when` clauses have it. */
export function contextKey(name: (typeof contextNames)[number]): `fathom.${typeof name}` {
  return `fathom.${name}`;
}
