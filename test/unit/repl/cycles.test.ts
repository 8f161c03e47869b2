import { describe, expect, it } from 'vitest';
import { pooledKernels } from '../../../src/repl/pooledKernels';
import { atOnce, cycle, expectNothingLeft, held } from './kernelCycles';
import { contractKernels } from './kernelHarness';

describe.runIf(process.platform === 'linux')('starting and ending native kernels', () => {
  it('1,000 times leaves nothing behind', { timeout: 180_000 }, async () => {
    await expectNothingLeft(await contractKernels[0].factory(), 1000);
  });

  it('in a pool leaves nothing behind either, spares included', { timeout: 60_000 }, async () => {
    const kernels = await contractKernels[0].factory();
    await cycle(kernels, 2 * atOnce);
    const before = await held();
    for (let run = 0; run < 5; run += 1) {
      await using pool = pooledKernels(kernels, { spares: 2 });
      await cycle(pool, 20);
    }
    expect(await held()).toEqual(before);
  });
});
