import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/cli/askIo';
import { UsageError } from '../../../src/cli/exitStatus';
import { type AskOptions, parseOptions, wantsJson } from '../../../src/cli/options';

const cwd = resolve('/somewhere/deep');

function options(argv: readonly string[], env: Environment = {}): AskOptions {
  const parsed = parseOptions(argv, env, cwd);
  if ('help' in parsed || 'checkSandbox' in parsed) throw new Error('help was printed');
  return parsed;
}

describe('the options of ask', () => {
  it('have the documented defaults', () => {
    expect(options(['Where?'])).toEqual({
      question: 'Where?',
      folders: [cwd],
      subjectNamed: false,
      files: [],
      followUp: null,
      model: null,
      subModel: null,
      otherModels: [],
      baseUrl: null,
      api: 'auto',
      offline: false,
      limits: {
        maxDepth: 1,
        maxIterations: 30,
        maxSubcalls: 500,
        maxTokens: null,
        maxCostUsd: 1,
        timeoutMs: 900_000,
        cellTimeoutMs: 120_000,
        concurrency: 16,
      },
      kernel: 'auto',
      python: null,
      logFolder: null,
      promptFolder: null,
      reportFile: null,
      report: null,
      json: false,
    });
  });

  it('are read from the command line', () => {
    const argv =
      '--model big --sub-model small --other-model fast --other-model wise --base-url http://localhost:11434/v1 --offline --max-depth 2 --max-iterations 5 --max-subcalls 0 --max-tokens 1000 --max-cost 0.25 --timeout 60 --cell-timeout 1.5 --concurrency 4 --kernel native --python bin/python3 --log logs --prompts prompts --json Where?';
    expect(options(argv.split(' '))).toMatchObject({
      model: 'big',
      subModel: 'small',
      otherModels: ['fast', 'wise'],
      baseUrl: 'http://localhost:11434/v1',
      offline: true,
      limits: {
        maxDepth: 2,
        maxIterations: 5,
        maxSubcalls: 0,
        maxTokens: 1000,
        maxCostUsd: 0.25,
        timeoutMs: 60_000,
        cellTimeoutMs: 1500,
        concurrency: 4,
      },
      kernel: 'native',
      python: resolve(cwd, 'bin/python3'),
      logFolder: resolve(cwd, 'logs'),
      promptFolder: resolve(cwd, 'prompts'),
      json: true,
    });
  });

  it('take models and base URL from the environment, and the command line before it', () => {
    const env = {
      FATHOM_MODEL: 'big',
      FATHOM_SUB_MODEL: 'small',
      OPENAI_BASE_URL: 'https://models.test/v1',
    };
    expect(options(['q'], env)).toMatchObject({
      model: 'big',
      subModel: 'small',
      baseUrl: 'https://models.test/v1',
    });
    expect(options(['q', '--model', 'other'], env)).toMatchObject({ model: 'other' });
    expect(options(['q'], { ...env, OPENAI_BASE_URL: ' ' }).baseUrl).toBeNull();
  });

  it('may repeat folders or files, relative to the current folder', () => {
    expect(options(['--folder', 'a', '--folder', '../b', 'q']).folders).toEqual([
      resolve(cwd, 'a'),
      resolve(cwd, '../b'),
    ]);
    expect(options(['--file', 'a.txt', '--file', '/b.txt', 'q'])).toMatchObject({
      folders: [],
      files: [resolve(cwd, 'a.txt'), resolve('/b.txt')],
    });
  });

  it('are relative to where npm was called, when npm runs the script', () => {
    const caller = resolve('/home/me/project');
    const env = { npm_lifecycle_event: 'ask', INIT_CWD: caller };
    expect(options(['q'], env).folders).toEqual([caller]);
    expect(options(['--folder', 'src', 'q'], env).folders).toEqual([resolve(caller, 'src')]);
    // Another script that runs ask has npm's variables, too, but chose its folder itself.
    expect(options(['q'], { ...env, npm_lifecycle_event: 'test' }).folders).toEqual([cwd]);
  });

  it.each([
    ['90', 90_000],
    ['0.5', 500],
    ['90s', 90_000],
    ['250ms', 250],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
  ])('read the time %s', (text, ms) => {
    expect(options(['--timeout', text, 'q']).limits.timeoutMs).toBe(ms);
  });

  it('may lift the limits of cost and tokens', () => {
    const { limits } = options(['--max-cost', 'none', '--max-tokens', 'none', 'q']);
    expect(limits).toMatchObject({ maxCostUsd: null, maxTokens: null });
  });

  it('take a question that looks like an option after --', () => {
    expect(options(['--json', '--', '--folder'])).toMatchObject({
      question: '--folder',
      json: true,
    });
  });

  it('look a bare interpreter name up on the PATH', () => {
    expect(options(['--python', 'python3.12', 'q']).python).toBe('python3.12');
  });

  it.each<[string, readonly string[], RegExp]>([
    ['no question', [], /no question/],
    ['an empty question', ['  '], /question is empty/],
    ['two questions', ['where', 'is it'], /in quotes.*"where" "is it"/],
    ['an unknown option', ['--colour', 'q'], /unknown option '--colour'/],
    ['an option without its value', ['q', '--model'], /--model/],
    ['an option in the place of a value', ['--model', '--json', 'q'], /before --json lacks/],
    ['an unknown kernel', ['--kernel', 'java', 'q'], /auto, native, wasm/],
    ['half a turn', ['--max-iterations', '1.5', 'q'], /whole number, 1 or more/],
    ['no turns', ['--max-iterations', '0', 'q'], /whole number, 1 or more/],
    ['negative sub-calls', ['--max-subcalls', '-1', 'q'], /--max-subcalls/],
    ['a number in words', ['--concurrency', 'many', 'q'], /--concurrency.*many/],
    ['no concurrency', ['--concurrency', '0', 'q'], /1 or more/],
    ['an amount in another currency', ['--max-cost', '1€', 'q'], /US dollars/],
    ['a time in days', ['--timeout', '1d', 'q'], /seconds/],
    ['no time at all', ['--timeout', '0', 'q'], /seconds/],
    ['more time than a timer has', ['--timeout', '10000h', 'q'], /seconds/],
    ['a base URL that is none', ['--base-url', 'localhost:1234', 'q'], /http:\/\//],
    ['folders and files together', ['--folder', 'a', '--file', 'b', 'q'], /either/],
    ['a question with the check of the sandbox', ['--check-sandbox', 'q'], /takes no question/],
  ])('refuse %s', (_, argv, message) => {
    expect(() => options(argv)).toThrow(UsageError);
    expect(() => options(argv)).toThrow(message);
  });

  it('go on from an earlier run, by id or by the path of its log', () => {
    expect(options(['--follow-up', '20261123-a', 'q'])).toMatchObject({
      question: 'q',
      followUp: '20261123-a',
    });
    expect(options(['--follow-up', 'logs/a.jsonl'])).toMatchObject({
      question: null,
      followUp: resolve(cwd, 'logs/a.jsonl'),
    });
  });

  it('ask for a check of the sandbox instead of an answer', () => {
    const argv = ['--check-sandbox', '--kernel', 'wasm', '--python', './python', '--json'];
    expect(parseOptions(argv, {}, cwd)).toEqual({
      checkSandbox: true,
      kernel: 'wasm',
      python: join(cwd, 'python'),
      json: true,
    });
  });

  it('are explained by --help', () => {
    const parsed = parseOptions(['--help'], {}, cwd);
    const help = 'help' in parsed ? parsed.help : '';
    for (const name of [
      ...['--folder', '--file', '--model', '--sub-model', '--base-url', '--offline'],
      ...['--max-depth', '--max-iterations', '--max-subcalls', '--max-tokens', '--max-cost'],
      ...['--timeout', '--cell-timeout', '--concurrency', '--kernel', '--python', '--report'],
      ...['--log', '--follow-up', '--prompts', '--check-sandbox', '--json'],
    ]) {
      expect(help).toContain(`${name} `);
    }
    expect(help).toContain('OPENAI_API_KEY');
    expect(help).toContain('Exit status');
  });
});

describe('wantsJson', () => {
  it('sees the option whatever else is wrong, but not in the question', () => {
    expect(wantsJson(['--colour', '--json'])).toBe(true);
    expect(wantsJson(['--', '--json'])).toBe(false);
  });
});

describe('a kind of report', () => {
  it('needs no question, and may be about two revisions', () => {
    expect(options(['--report-template', 'change-log', '--revisions', 'v1.0..v1.1'])).toMatchObject(
      {
        question: null,
        report: { template: 'change-log', revisions: { from: 'v1.0', to: 'v1.1' }, language: '' },
      },
    );
    expect(
      options(['--report-template', 'change-log', '--revisions', 'v1', 'Only the API']),
    ).toMatchObject({
      question: 'Only the API',
      report: { revisions: { from: 'v1', to: 'HEAD' } },
    });
    expect(options(['--report-language', 'Deutsch', 'Describe it'])).toMatchObject({
      report: { template: null, revisions: null, language: 'Deutsch' },
    });
  });

  it.each([
    [['--revisions', 'a..b', 'What changed?'], /--revisions is for a report template/],
    [['--report-template', 'change-log', '--revisions', '..b'], /not of the form FROM\.\.TO/],
    [['--report-template', 'change-log', '--revisions', 'a...b'], /not of the form FROM\.\.TO/],
    [['--report-language', 'Deutsch'], /There is no question/],
  ])('%j is wrong usage', (argv, message) => {
    expect(() => options(argv)).toThrow(message);
  });
});
