import { describe, expect, it } from 'vitest';
import { pooledKernels } from '../../../src/repl/pooledKernels';
import { repetitions } from '../../host/repetitions';
import { atOnce, cycle, expectNothingLeft, held } from './kernelCycles';
import { contractKernels } from './kernelHarness';

describe.runIf(process.platform === 'linux')('starting and ending native kernels', () => {
  it('many times leaves nothing behind', { timeout: 180_000 }, async () => {
    await expectNothingLeft(await contractKernels[0].factory(), repetitions(1000, 75));
  });

  it('in a pool leaves nothing behind either, spares included', { timeout: 60_000 }, async () => {
    const kernels = await contractKernels[0].factory();
    await cycle(kernels, 2 * atOnce);
    const before = await held();
    for (let run = 0; run < repetitions(5, 2); run += 1) {
      await using pool = pooledKernels(kernels, { spares: 2 });
      await cycle(pool, 20);
    }
    expect(await held()).toEqual(before);
  });
});
