import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { defaultLimits, type Limits } from '../rlm/request';
import type { Environment } from './askIo';
import { UsageError } from './exitStatus';

/** What the command line asks for, checked; paths are absolute. */
export interface AskOptions {
  readonly question: string;
  /** Folders or documents, never both. */
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** Null when neither the option nor the environment names one. */
  readonly model: string | null;
  readonly subModel: string | null;
  readonly baseUrl: string | null;
  readonly offline: boolean;
  readonly limits: Limits;
  readonly kernel: 'auto' | 'native' | 'wasm';
  readonly python: string | null;
  readonly logFolder: string | null;
  readonly promptFolder: string | null;
  readonly json: boolean;
}

/** Help was asked for; `text` is it. */
export interface HelpRequest {
  readonly help: string;
}

/** What commander hands over, after each value was parsed on its own. */
interface RawOptions {
  readonly folder: readonly string[];
  readonly file: readonly string[];
  readonly model?: string;
  readonly subModel?: string;
  readonly baseUrl?: string;
  readonly offline: boolean;
  readonly maxDepth: number;
  readonly maxIterations: number;
  readonly maxSubcalls: number;
  readonly maxTokens: number | 'none';
  readonly maxCost: number | 'none';
  readonly timeout: number;
  readonly cellTimeout: number;
  readonly concurrency: number;
  readonly kernel: AskOptions['kernel'];
  readonly python?: string;
  readonly report?: string;
  readonly log?: string;
  readonly followUp?: string;
  readonly prompts?: string;
  readonly checkSandbox: boolean;
  readonly json: boolean;
}

/**
 * Reads the command line: `argv` without the program's own name.
 * @throws {UsageError} when it asks for something that can't be had.
 */
export function parseOptions(
  argv: readonly string[],
  env: Environment,
  cwd: string,
): AskOptions | HelpRequest {
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

/** True when the arguments ask for JSON, also when something else is wrong with them. */
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
): AskOptions {
  refuseWhatIsToCome(raw);
  if (raw.folder.length > 0 && raw.file.length > 0) {
    throw new UsageError('Use either --folder or --file: a question is about one or the other.');
  }
  if (operands.length > 1) {
    throw new UsageError(
      `One question at a time, in quotes. There are ${operands.length} arguments that are no option: ${operands.map((text) => JSON.stringify(text)).join(' ')}`,
    );
  }
  const question = operands[0]?.trim();
  if (question === undefined) {
    throw new UsageError(
      `There is no question. Give one in quotes, for example: ask "Where is the configuration read?"\n${seeHelp}`,
    );
  }
  if (question === '') throw new UsageError('The question is empty.');
  const path = (name: string) => resolve(base, name);
  return {
    question,
    folders: raw.folder.length + raw.file.length === 0 ? [base] : raw.folder.map(path),
    files: raw.file.map(path),
    model: given(raw.model) ?? given(env.FATHOM_MODEL),
    subModel: given(raw.subModel) ?? given(env.FATHOM_SUB_MODEL),
    baseUrl: checkedUrl(given(raw.baseUrl) ?? given(env.OPENAI_BASE_URL)),
    offline: raw.offline,
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
    // A bare command name is looked up on the PATH, not in a folder.
    python:
      raw.python === undefined || !/[\\/]/.test(raw.python)
        ? (raw.python ?? null)
        : path(raw.python),
    logFolder: raw.log === undefined ? null : path(raw.log),
    promptFolder: raw.prompts === undefined ? null : path(raw.prompts),
    json: raw.json,
  };
}

/** Options that the next versions bring are known, so that nobody takes them for a typing error. */
function refuseWhatIsToCome(raw: RawOptions): void {
  const asked = [
    raw.report !== undefined && '--report',
    raw.followUp !== undefined && '--follow-up',
    raw.checkSandbox && '--check-sandbox',
  ].filter((name) => name !== false);
  if (asked.length > 0) {
    throw new UsageError(`${asked.join(' and ')}: not available yet in this version.`);
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
 * What relative paths are relative to: where the user stands. `npm run ask` starts scripts in the
 * package's folder, and says in INIT_CWD where it was called.
 */
function baseFolder(env: Environment, cwd: string): string {
  const callersFolder = env.npm_lifecycle_event === 'ask' ? given(env.INIT_CWD) : null;
  return callersFolder ?? cwd;
}

function askCommand(): Command {
  const limits = defaultLimits;
  return new Command('ask')
    .description('Answers a question about a repository of any size, with citations.')
    .usage('[options] "question"')
    .argument('[question...]')
    .addOption(
      listOption('--folder <dir>', 'the repository; repeat it for several (default: here)'),
    )
    .addOption(listOption('--file <file>', 'ask about this document instead; repeatable'))
    .option('--model <name>', 'root language model (default: $FATHOM_MODEL)')
    .option('--sub-model <name>', 'sub language model (default: $FATHOM_SUB_MODEL, else the root)')
    .option(
      '--base-url <url>',
      'OpenAI-compatible endpoint (default: $OPENAI_BASE_URL, else OpenAI)',
    )
    .option(
      '--offline',
      'no language model: keyword search (default without key and base URL)',
      false,
    )
    .addOption(limitOption('--max-depth <n>', 'depth of recursion', wholeFrom(0), limits.maxDepth))
    .addOption(limitOption('--max-iterations <n>', 'turns', wholeFrom(1), limits.maxIterations))
    .addOption(limitOption('--max-subcalls <n>', 'sub-calls', wholeFrom(0), limits.maxSubcalls))
    .addOption(
      limitOption(
        '--max-tokens <n>',
        'tokens, in and out',
        orNone(wholeFrom(1)),
        limits.maxTokens ?? 'none',
      ),
    )
    .addOption(
      limitOption(
        '--max-cost <usd>',
        'cost, or "none"',
        orNone(dollars),
        limits.maxCostUsd ?? 'none',
      ),
    )
    .addOption(limitOption('--timeout <s>', 'time of the run', milliseconds, limits.timeoutMs))
    .addOption(
      limitOption('--cell-timeout <s>', 'time of one cell', milliseconds, limits.cellTimeoutMs),
    )
    .addOption(
      limitOption('--concurrency <n>', 'model calls at once', wholeFrom(1), limits.concurrency),
    )
    .addOption(
      new Option('--kernel <kind>', 'which kernel runs the code')
        .choices(['auto', 'native', 'wasm'])
        .default('auto'),
    )
    .option('--python <path>', 'interpreter of the native kernel (default: found)')
    .option('--report <file>', 'where the long output goes (not yet)')
    .option('--log <dir>', "where the trajectory goes (default: the user's data folder)")
    .option('--follow-up <run>', 'ask again in the namespace of an earlier run (not yet)')
    .option('--prompts <dir>', 'prompts that replace those of Fathom, one by one')
    .option('--check-sandbox', 'what each kernel can and cannot reach here (not yet)', false)
    .option('--json', 'one JSON object on stdout and nothing else there', false)
    .addHelpText('after', helpEnd)
    .exitOverride();
}

const helpEnd = `
The API key comes from OPENAI_API_KEY only. Times are in seconds, or with a unit: 90, 90s, 15m, 1h.

Exit status: 0 answered; 1 bug; 2 bad usage; 3 stopped by a limit, with the partial answer;
4 the model or the kernel could not be used; 130 interrupted, with what there was.
`;

function listOption(flags: string, description: string): Option {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  const nothing: readonly string[] = [];
  return new Option(flags, description).argParser(collect).default(nothing, '');
}

function limitOption<T extends number | 'none'>(
  flags: string,
  what: string,
  parse: (text: string) => T,
  byDefault: T,
): Option {
  return new Option(flags, `limit: ${what}`)
    .argParser(parse)
    .default(byDefault, shown(flags, byDefault));
}

function shown(flags: string, value: number | 'none'): string {
  if (value === 'none') return value;
  if (flags.includes('<s>')) return String(value / 1000);
  return flags.includes('<usd>') ? value.toFixed(2) : String(value);
}

function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
  };
}

function dollars(text: string): number {
  const value = /^\$?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text.replace('$', '')) : Number.NaN;
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError(
    'It must be an amount in US dollars, for example 0.50, or "none".',
  );
}

/** Not null for none: commander takes null for a value that is missing. */
function orNone(parse: (text: string) => number): (text: string) => number | 'none' {
  return (text) => (text === 'none' ? text : parse(text));
}

const millisecondsPer: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
/** The longest delay of a timer. */
const longestMs = 2 ** 31 - 1;

function milliseconds(text: string): number {
  const [, amount = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const value = amount === '' ? 0 : Math.round(Number(amount) * (millisecondsPer[unit] ?? 0));
  if (value >= 1 && value <= longestMs) return value;
  throw new InvalidArgumentError(
    'It must be a time in seconds, or with a unit, for example 90 or 15m.',
  );
}
