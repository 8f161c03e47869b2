import { describe, it } from 'vitest';
import { chooseConfinement, confinementFrom } from '../../../src/repl/chooseConfinement';
import { findInterpreter } from '../../../src/repl/interpreter';
import type { KernelFactory } from '../../../src/repl/kernel';
import { nativeKernels } from '../../../src/repl/nativeKernel';
import { repetitions } from '../../host/repetitions';
import { expectNothingLeft } from './kernelCycles';
import { contractKernels, neverAborted, runtimeFolder } from './kernelHarness';

async function bubblewrapped(): Promise<KernelFactory> {
  const interpreter = await findInterpreter(null, runtimeFolder, neverAborted);
  const [{ recipe }] = await chooseConfinement(interpreter, runtimeFolder, neverAborted);
  return nativeKernels({ interpreter, confinement: confinementFrom(recipe) });
}

describe.runIf(process.platform === 'linux')('starting and ending kernels many times', () => {
  it.each([
    { name: 'native, in the strongest confinement here', factory: bubblewrapped },
    { name: 'wasm', factory: contractKernels[1].factory },
  ])('leaves nothing behind: $name', { timeout: 180_000 }, async ({ factory }) => {
    await expectNothingLeft(await factory(), repetitions(100, 25));
  });
});
