import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { contractKernels, startKernel } from './kernelHarness';

describe.each(contractKernels)('names that nothing defines, in a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it.each([
    ['after a batch', 'r = llm_query_batched(["paid"])\nprint(r, undefined_one)', 'undefined_one'],
    ['in a comprehension', '[x for x in range(3) if wanted]', 'wanted'],
    ['in a function that is called', 'def f():\n    return later\nf()', 'later'],
    ['in an f-string', 'print(f"{nothing}")', 'nothing'],
  ])('are found before anything runs: %s', async (_, code, name) => {
    let calls = 0;
    await using kernel = await startKernel(kernels, {
      handle: async () => {
        calls += 1;
        return { value: { slots: [] } };
      },
    });
    const result = await kernel.run(code);
    expect(result.status).toBe('error');
    expect(result.output).toBe(
      `NameError: '${name}' is not defined. Nothing of the cell was run.\n`,
    );
    expect(result.error?.name).toBe('NameError');
    expect(calls).toBe(0);
  });

  it.each([
    ['a function that is not called yet', 'def f():\n    return later()\nprint("ran")'],
    ['a name that is asked for', 'try:\n    maybe\nexcept NameError:\n    print("ran")'],
    ['names made by exec', 'exec("q = 1")\nassert q\nprint("ran")'],
    ['names of earlier cells', 'print("ran", before)'],
    ['await', 'async def f():\n    return "ran"\nprint(await f())'],
    ['global', 'def f():\n    global g\n    g = "ran"\nf()\nprint(g)'],
    ['the contract', 'grep, llm_query, cite, context, answer\nprint("ran")'],
  ])('are not seen in %s', async (_, code) => {
    await using kernel = await startKernel(kernels);
    await kernel.run('before = 1');
    expect((await kernel.run(code)).output).toContain('ran');
  });
});
