import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import type { ApiWish } from '../models/apiName';
import type { Limits } from '../rlm/budget/limits';
import type { ReportWish } from '../rlm/report/reportWish';
import { askCommand, type RawOptions } from './askCommand';
import type { Environment } from './askIo';
import { standardInput } from './documents';
import { UsageError } from './exitStatus';
import { reportWishOf } from './reportOptions';

/** The checked command line; paths are absolute. */
export interface AskOptions {
  /** Null for the question of the run in `followUp`, or of the report's template. */
  readonly question: string | null;
  /** The run to follow up on or resume, by id or path; null for none. */
  readonly followUp: string | null;
  /** Either folders or files is empty. `standardInput` counts as a file. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** True when folders or files were named; otherwise the question is about the current folder. */
  readonly subjectNamed: boolean;
  /** Null when neither the option nor the environment names one. */
  readonly model: string | null;
  readonly subModel: string | null;
  /** Further models that code may name in a sub-call. */
  readonly otherModels: readonly string[];
  readonly baseUrl: string | null;
  readonly api: ApiWish;
  readonly offline: boolean;
  readonly limits: Limits;
  readonly kernel: 'auto' | 'native' | 'wasm';
  readonly python: string | null;
  readonly logFolder: string | null;
  /** Where the report goes; null for beside the log. */
  readonly reportFile: string | null;
  /** Template, language and revisions of the report; null when none is given. */
  readonly report: ReportWish | null;
  readonly promptFolder: string | null;
  readonly json: boolean;
}

/** The user asked for help; `help` is its text. */
export interface HelpRequest {
  readonly help: string;
}

/** The user asked what each kernel can and can't reach. */
export interface SandboxRequest extends Pick<AskOptions, 'kernel' | 'python' | 'json'> {
  readonly checkSandbox: true;
}

/**
 * Reads the command line.
 * @param argv without the program's own name
 * @throws {UsageError} when the arguments are wrong.
 */
export function parseOptions(
  argv: readonly string[],
  env: Environment,
  cwd: string,
): AskOptions | HelpRequest | SandboxRequest {
  let help = '';
  const command = askCommand().configureOutput({
    writeOut: (text) => {
      help += text;
    },
    writeErr: () => undefined,
  });
  try {
    command.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { help };
    throw new UsageError(`${error.message.replace(/^error: /, '')}\n${seeHelp}`);
  }
  return checked(command.args, command.opts<RawOptions>(), env, baseFolder(env, cwd));
}

/** True when the arguments ask for JSON, even if something else is wrong with them. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}

const seeHelp = 'See "ask --help" for the options.';

function checked(
  operands: readonly string[],
  raw: RawOptions,
  env: Environment,
  base: string,
): AskOptions | SandboxRequest {
  refuseSwallowedOptions(raw);
  if (raw.folder.length > 0 && raw.file.length > 0) {
    throw new UsageError('Use either --folder or --file: a question is about one or the other.');
  }
  if (operands.length > 1) {
    throw new UsageError(
      `One question at a time, in quotes. There are ${operands.length} arguments that are not options: ${operands.map((text) => JSON.stringify(text)).join(' ')}`,
    );
  }
  const path = (name: string) => resolve(base, name);
  // A bare command name is looked up on the PATH, not in a folder.
  const python =
    raw.python === undefined || !/[\\/]/.test(raw.python) ? (raw.python ?? null) : path(raw.python);
  const question = operands[0]?.trim();
  if (raw.checkSandbox) return checkedSandbox(question, raw, python);
  const report = reportWishOf(raw);
  return {
    question: checkedQuestion(question, raw, report),
    followUp: earlierRun(raw.followUp, path),
    folders: raw.folder.length + raw.file.length === 0 ? [base] : raw.folder.map(path),
    subjectNamed: raw.folder.length + raw.file.length > 0,
    files: raw.file.map((name) => (name === standardInput ? name : path(name))),
    model: given(raw.model) ?? given(env.FATHOM_MODEL),
    subModel: given(raw.subModel) ?? given(env.FATHOM_SUB_MODEL),
    otherModels: raw.otherModel.map(given).filter((name) => name !== null),
    baseUrl: checkedUrl(given(raw.baseUrl) ?? given(env.OPENAI_BASE_URL)),
    api: raw.api,
    offline: raw.offline ?? false,
    limits: {
      maxDepth: raw.maxDepth,
      maxIterations: raw.maxIterations,
      maxSubcalls: raw.maxSubcalls,
      maxTokens: raw.maxTokens === 'none' ? null : raw.maxTokens,
      maxCostUsd: raw.maxCost === 'none' ? null : raw.maxCost,
      timeoutMs: raw.timeout,
      cellTimeoutMs: raw.cellTimeout,
      concurrency: raw.concurrency,
    },
    kernel: raw.kernel,
    python,
    logFolder: raw.log === undefined ? null : path(raw.log),
    reportFile: raw.report === undefined ? null : path(raw.report),
    report,
    promptFolder: raw.prompts === undefined ? null : path(raw.prompts),
    json: raw.json ?? false,
  };
}

/** @throws {UsageError} when there is also a question. */
function checkedSandbox(
  question: string | undefined,
  { kernel, json }: RawOptions,
  python: string | null,
): SandboxRequest {
  if (question !== undefined) {
    throw new UsageError(
      '--check-sandbox takes no question: it tests the kernels, and asks nobody.',
    );
  }
  return { checkSandbox: true, kernel, python, json: json ?? false };
}

/** Null when another option implies the question. @throws {UsageError} when there is no question at all. */
function checkedQuestion(
  question: string | undefined,
  { followUp }: RawOptions,
  report: ReportWish | null,
): string | null {
  const isAsked = followUp !== undefined || (report?.template ?? null) !== null;
  if (question === undefined && !isAsked) {
    throw new UsageError(
      `There is no question. Give one in quotes, for example: ask "Where is the configuration read?"\n${seeHelp}`,
    );
  }
  if (question === '') throw new UsageError('The question is empty.');
  return question ?? null;
}

/** Whether a run is named by the path of its log, not by its id. */
export function isLogPath(name: string): boolean {
  return /[\\/]|\.jsonl$/.test(name);
}

/** An id stays as it is: it is looked up in the log folder. */
function earlierRun(name: string | undefined, path: (name: string) => string): string | null {
  if (name === undefined) return null;
  return isLogPath(name) ? path(name) : name;
}

/** Commander takes whatever follows an option for its value: in `--model --json`, the second option. */
function refuseSwallowedOptions(raw: RawOptions): void {
  for (const value of Object.values(raw).flat()) {
    if (typeof value === 'string' && value.startsWith('--')) {
      throw new UsageError(`An option before ${value} lacks its value.\n${seeHelp}`);
    }
  }
}

function given(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value.trim();
}

function checkedUrl(url: string | null): string | null {
  if (url === null) return null;
  const protocol = URL.canParse(url) ? new URL(url).protocol : null;
  if (protocol === 'http:' || protocol === 'https:') return url;
  throw new UsageError(
    `The base URL "${url}" is not usable: it must start with http:// or https://, for example http://localhost:11434/v1`,
  );
}

/**
 * The folder that relative paths start from. `npm run ask` runs in the package's folder and passes the
 * folder it was called in as INIT_CWD.
 */
function baseFolder(env: Environment, cwd: string): string {
  const callersFolder = env.npm_lifecycle_event === 'ask' ? given(env.INIT_CWD) : null;
  return callersFolder ?? cwd;
}
