import { describe, expect, it } from 'vitest';
import { chooseModels } from '../../../src/cli/chooseModels';
import { parseOptions } from '../../../src/cli/options';
import { anthropicUrl } from '../../../src/models/endpoint';
import { openModels } from '../../../src/question/openModels';

describe('chooseModels', () => {
  const key = { OPENAI_API_KEY: 'sk-test-0000' };
  const anthropic = { ANTHROPIC_API_KEY: 'sk-ant-0000' };
  const opened = async (argv: readonly string[], env: Record<string, string>) => {
    const options = parseOptions(argv, env, '/');
    if ('help' in options || 'checkSandbox' in options) throw new Error('No help was asked for.');
    const { choice, notice } = chooseModels(options, env);
    return { notice, ...(await openModels(choice, {})) };
  };

  it.each([
    [['q'], {}, 'offline', 'offline', /Neither/],
    [['q', '--offline'], key, 'offline', 'offline', /Offline/],
    [['q'], key, 'gpt-5', 'gpt-5-mini', /No model is named: asking gpt-5/],
    [['q', '--sub-model', 'tiny'], key, 'gpt-5', 'tiny', /asking gpt-5, and tiny/],
    [['q', '--model', 'big'], key, 'big', 'big', null],
    [['q'], { ...key, FATHOM_MODEL: 'a', FATHOM_SUB_MODEL: 'b' }, 'a', 'b', null],
    [['q'], anthropic, 'claude-sonnet-5', 'claude-haiku-4-5', /asking claude-sonnet-5/],
    [['q'], { ...key, ...anthropic }, 'gpt-5', 'gpt-5-mini', /asking gpt-5/],
  ] as const)('%j with %j asks %s and %s', async (argv, env, root, sub, notice) => {
    const chosen = await opened(argv, env);
    expect([chosen.root.name, chosen.sub.name]).toEqual([root, sub]);
    if (notice) expect(chosen.notice).toMatch(notice);
    else expect(chosen.notice).toBeNull();
  });

  it.each([
    // Each key goes to its own provider, and to no other.
    [['--model', 'gpt-5'], { ...key, ...anthropic }, null, 'sk-test-0000'],
    [['--model', 'claude-opus-5'], { ...key, ...anthropic }, anthropicUrl, 'sk-ant-0000'],
    [['--model', 'claude-opus-5'], key, null, 'sk-test-0000'],
    [['--model', 'm', '--api', 'messages'], { ...key, ...anthropic }, anthropicUrl, 'sk-ant-0000'],
    [
      ['--model', 'm', '--base-url', 'https://api.anthropic.com'],
      key,
      'https://api.anthropic.com',
      null,
    ],
    [
      ['--model', 'm', '--base-url', 'http://localhost:1/v1'],
      anthropic,
      'http://localhost:1/v1',
      null,
    ],
    [
      ['--model', 'claude-x', '--base-url', 'http://localhost:1/v1', '--api', 'messages'],
      { ...key, ...anthropic },
      'http://localhost:1/v1',
      'sk-test-0000',
    ],
    [
      ['--model', 'm', '--base-url', 'https://api.anthropic.com.evil.test/v1'],
      anthropic,
      'https://api.anthropic.com.evil.test/v1',
      null,
    ],
    // The only way before there was a variable of its own.
    [
      ['--model', 'claude-opus-5', '--base-url', 'https://api.anthropic.com/v1'],
      { OPENAI_API_KEY: 'sk-ant-1111' },
      'https://api.anthropic.com/v1',
      'sk-ant-1111',
    ],
  ] as const)('%j with %j asks %s with the key %s', (argv, env, baseUrl, apiKey) => {
    const options = parseOptions(['q', ...argv], env, '/');
    if ('help' in options || 'checkSandbox' in options) throw new Error('No help was asked for.');
    expect(chooseModels(options, env).choice).toMatchObject({ kind: 'named', baseUrl, apiKey });
  });

  it('opens each other model once, and offline none', async () => {
    const argv = [
      'q',
      '--model',
      'a',
      '--other-model',
      'b',
      '--other-model',
      'a',
      '--other-model',
      'b',
    ];
    const others = async (given: readonly string[]) =>
      (await opened(given, key)).others.map(({ name }) => name);
    expect(await others(argv)).toEqual(['b']);
    expect(await others([...argv, '--offline'])).toEqual([]);
  });
});
