import { unlessAborted } from '../ground/unlessAborted';
import { type KernelFactory, KernelUnavailableError } from './kernel';

/**
 * Kernels that are still being chosen: starting one waits for the choice, and fails as the choice did.
 * So that a run can look at its context meanwhile.
 */
export function lateKernels(choice: Promise<KernelFactory>): KernelFactory {
  let chosen: KernelFactory | null = null;
  const ready = choice.then((kernels) => {
    chosen = kernels;
    return kernels;
  });
  // Whoever starts a kernel sees the failure; until then it must not count as unhandled.
  ready.catch(() => undefined);
  return {
    get kind() {
      return chosen?.kind ?? null;
    },
    start: async (options) => (await unlessAborted(ready, options.signal)).start(options),
    async prepare(signal) {
      const kernels = await unlessAborted(ready, signal);
      if (kernels.prepare) return kernels.prepare(signal);
      throw new KernelUnavailableError('These kernels are not started ahead.');
    },
  };
}
