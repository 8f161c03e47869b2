import { beforeAll, describe, expect, it } from 'vitest';
import { questionTerms } from '../../../../src/models/offline/questionTerms';
import { chooseParts, lookAtDocuments } from '../../../../src/models/offline/searchCells';
import type { KernelFactory } from '../../../../src/repl/kernel';
import { contractKernels, startKernel, value } from '../../repl/kernelHarness';

const terms = questionTerms('When did the rocket explode?');

describe.each(contractKernels)('values that code passed on, in a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it.each([
    ['a str', 'calm\nthe rocket exploded\n', 'context:1-2'],
    ['a list', ['calm', 'the rocket exploded'], 'context[1]:1-1'],
    ['a list of records', [{ day: 1 }, { day: 2, log: 'the rocket exploded' }], 'context[1]:1-4'],
    ['a dict', { 'day one': 'calm', 'day two': 'the rocket exploded' }, "context['day two']:1-1"],
  ])('are searched by what they are called: %s', async (_, context, place) => {
    await using kernel = await startKernel(kernels, { context: value(context) });
    const looked = await kernel.run(lookAtDocuments(terms, []));
    expect(looked).toMatchObject({ status: 'ok' });
    expect(looked.output).toContain('rocket in 1 lines');
    const chosen = await kernel.run(chooseParts('value'));
    expect(chosen.output).toBe(`1 parts of 1 texts to read:\n${place}\n`);
  });
});
