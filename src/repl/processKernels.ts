import type { KernelFactory, KernelKind, KernelOptions, PreparedKernel } from './kernel';
import type { KernelLimits } from './kernelLimits';
import type { KernelProcess } from './kernelProcess';
import { KernelSession } from './kernelSession';

export interface ProcessKernelsOptions {
  readonly kind: KernelKind;
  readonly limits: KernelLimits;
  /**
   * Starts a process with the runtime in it, which then waits for `init`. The signal gives up what comes
   * before the process is there. @throws {KernelUnavailableError} when it can't be started.
   */
  readonly startProcess: (signal: AbortSignal) => Promise<KernelProcess>;
}

/** Kernels that are a process each. */
export function processKernels({
  kind,
  limits,
  startProcess,
}: ProcessKernelsOptions): KernelFactory & Required<Pick<KernelFactory, 'prepare'>> {
  const prepare = async (signal: AbortSignal): Promise<PreparedKernel> => {
    signal.throwIfAborted();
    return prepared(await startProcess(signal), limits);
  };
  return {
    kind,
    prepare,
    async start(options) {
      return (await prepare(options.signal)).begin(options);
    },
  };
}

function prepared(process: KernelProcess, limits: KernelLimits): PreparedKernel {
  let handle: KernelOptions['handle'] | null = null;
  const session = new KernelSession({
    process,
    limits,
    handle: (call, signal) =>
      handle?.(call, signal) ?? Promise.reject(new Error('A kernel without context called.')),
  });
  return {
    async begin({ context, handle: answer, signal }) {
      if (handle !== null) throw new Error('A prepared kernel begins once.');
      handle = answer;
      try {
        signal.throwIfAborted();
        await session.initialize(context, signal);
      } catch (error) {
        await session.dispose();
        throw error;
      }
      return session;
    },
    async dispose() {
      if (handle === null) await session.dispose();
    },
  };
}
