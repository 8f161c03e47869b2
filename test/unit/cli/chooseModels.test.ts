import { describe, expect, it } from 'vitest';
import { chooseModels } from '../../../src/cli/chooseModels';
import { parseOptions } from '../../../src/cli/options';
import { openModels } from '../../../src/question/openModels';

describe('chooseModels', () => {
  const key = { OPENAI_API_KEY: 'sk-test-0000' };
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
  ] as const)('%j with %j asks %s and %s', async (argv, env, root, sub, notice) => {
    const chosen = await opened(argv, env);
    expect([chosen.root.name, chosen.sub.name]).toEqual([root, sub]);
    if (notice) expect(chosen.notice).toMatch(notice);
    else expect(chosen.notice).toBeNull();
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
