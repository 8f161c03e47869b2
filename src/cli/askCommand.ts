import { Command, Option } from 'commander';
import { type ApiWish, apiWishes } from '../models/apiName';
import { defaultLimits } from '../rlm/budget/limits';
import { orNone, parseDollars, parseMilliseconds, wholeFrom } from './optionValues';

/** The options as commander returns them, each value parsed on its own. */
export interface RawOptions {
  readonly folder: readonly string[];
  readonly file: readonly string[];
  readonly model?: string;
  readonly subModel?: string;
  readonly otherModel: readonly string[];
  readonly baseUrl?: string;
  readonly api: ApiWish;
  readonly offline?: true;
  readonly maxDepth: number;
  readonly maxIterations: number;
  readonly maxSubcalls: number;
  readonly maxTokens: number | 'none';
  readonly maxCost: number | 'none';
  readonly timeout: number;
  readonly cellTimeout: number;
  readonly concurrency: number;
  readonly kernel: 'auto' | 'native' | 'wasm';
  readonly python?: string;
  readonly report?: string;
  readonly reportTemplate?: string;
  readonly reportLanguage?: string;
  readonly revisions?: string;
  readonly log?: string;
  readonly followUp?: string;
  readonly prompts?: string;
  readonly checkSandbox?: true;
  readonly json?: true;
}

/** The command line of `ask`. */
export function askCommand(): Command {
  const limits = defaultLimits;
  return new Command('ask')
    .description('Answers a question about a repository of any size, with citations.')
    .usage('[options] "question"')
    .argument('[question...]')
    .addOption(listOption('--folder <dir>', 'the repository; repeat it for several', 'here'))
    .addOption(
      listOption(
        '--file <file>',
        'ask about this document instead: text, PDF, Word or notebook, "-" for standard input; repeatable',
      ),
    )
    .option('--model <name>', 'root language model (default: $FATHOM_MODEL)')
    .option(
      '--sub-model <name>',
      'sub language model, and root of child runs (default: $FATHOM_SUB_MODEL, else the root)',
    )
    .addOption(
      listOption(
        '--other-model <name>',
        'one more model that the code may name in a sub-call; repeatable',
      ),
    )
    .option(
      '--base-url <url>',
      "OpenAI-compatible endpoint or Anthropic's (default: $OPENAI_BASE_URL, else OpenAI)",
    )
    .addOption(
      new Option('--api <api>', 'API of the endpoint; auto goes by endpoint and model')
        .choices(apiWishes)
        .default('auto' satisfies ApiWish),
    )
    .option('--offline', 'no language model: keyword search (default without key and base URL)')
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
        orNone(parseDollars),
        limits.maxCostUsd ?? 'none',
      ),
    )
    .addOption(limitOption('--timeout <s>', 'time of the run', parseMilliseconds, limits.timeoutMs))
    .addOption(
      limitOption(
        '--cell-timeout <s>',
        'time of one cell',
        parseMilliseconds,
        limits.cellTimeoutMs,
      ),
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
    .option(
      '--report <file>',
      'where the long output goes; no file with text (default: beside the log)',
    )
    .option(
      '--report-template <name>',
      'a kind of report: architecture-overview, api-reference, onboarding-guide, security-review, test-gaps, change-log, glossary',
    )
    .option('--report-language <language>', 'language of the report (default: of the question)')
    .option('--revisions <from..to>', 'what a change log is about')
    .option('--log <dir>', "where the trajectory goes (default: the user's data folder)")
    .option(
      '--follow-up <run>',
      'ask again in the conversation of an earlier run; without a question, finish that run',
    )
    .option('--prompts <dir>', 'prompts that replace those of Fathom, one by one')
    .option('--check-sandbox', 'no question: what each kernel can and cannot reach here')
    .option('--json', 'one JSON object on stdout and nothing else there')
    .addHelpText('after', helpEnd)
    .exitOverride();
}

const helpEnd = `
The API key comes from OPENAI_API_KEY only, for api.anthropic.com from ANTHROPIC_API_KEY. Without a base URL, a
model named claude… and the second key alone mean Anthropic. Times are in seconds, or with a unit: 90, 90s, 15m, 1h.

Exit status: 0 answered (or, for a check, a kernel can be used); 1 bug; 2 bad usage, or a report file that can't be written;
3 stopped by a limit, with the partial answer; 4 the model, the kernel or the output could not be used, or the report
could not be written to its end; 130 interrupted, with what there was.
`;

function listOption(flags: string, description: string, byDefault = 'none'): Option {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  const nothing: readonly string[] = [];
  return new Option(flags, description).argParser(collect).default(nothing, byDefault);
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
