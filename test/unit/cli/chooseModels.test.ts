import { describe, expect, it } from 'vitest';
import { chooseModels } from '../../../src/cli/chooseModels';
import { parseOptions } from '../../../src/cli/options';

describe('chooseModels', () => {
  const key = { OPENAI_API_KEY: 'sk-test-0000' };
  const names = (argv: readonly string[], env: Record<string, string>) => {
    const options = parseOptions(argv, env, '/');
    if ('help' in options || 'checkSandbox' in options) throw new Error('No help was asked for.');
    const { model, subModel, notice } = chooseModels(options, env);
    return [model.name, subModel.name, notice];
  };

  it.each([
    [['q'], {}, 'offline', 'offline', /Neither/],
    [['q', '--offline'], key, 'offline', 'offline', /Offline/],
    [['q'], key, 'gpt-5', 'gpt-5-mini', /No model is named: asking gpt-5/],
    [['q', '--sub-model', 'tiny'], key, 'gpt-5', 'tiny', /asking gpt-5, and tiny/],
    [['q', '--model', 'big'], key, 'big', 'big', null],
    [['q'], { ...key, FATHOM_MODEL: 'a', FATHOM_SUB_MODEL: 'b' }, 'a', 'b', null],
  ] as const)('%j with %j asks %s and %s', (argv, env, root, sub, notice) => {
    const [rootName, subName, said] = names(argv, env);
    expect([rootName, subName]).toEqual([root, sub]);
    if (notice) expect(said).toMatch(notice);
    else expect(said).toBeNull();
  });

  it('opens each other model once, and offline none', () => {
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
    const others = (given: readonly string[]) => {
      const options = parseOptions(given, key, '/');
      if ('help' in options || 'checkSandbox' in options) throw new Error('No help was asked for.');
      return chooseModels(options, key).otherModels.map(({ name }) => name);
    };
    expect(others(argv)).toEqual(['b']);
    expect(others([...argv, '--offline'])).toEqual([]);
  });
});
