import {
  type Kernel,
  type KernelFactory,
  type KernelOptions,
  KernelUnavailableError,
  type PreparedKernel,
} from './kernel';

export interface PoolOptions {
  /** Kernels that are kept ready once the first was started. */
  readonly spares: number;
}

/** A factory with kernels ahead. Disposing it ends those that nobody took; the others are their takers'. */
export type KernelPool = KernelFactory & AsyncDisposable;

/**
 * Kernels of which the next ones are started ahead, so that a child RLM does not wait for a process. A
 * spare is started when the one before is ready, so that it is in nobody's way, and takes whatever
 * context it is given. Nothing is started before the first kernel is asked for.
 */
export function pooledKernels(kernels: KernelFactory, { spares }: PoolOptions): KernelPool {
  const prepare = kernels.prepare?.bind(kernels);
  const ended = new AbortController();
  const ready: Promise<PreparedKernel | null>[] = [];

  const refill = (): void => {
    while (prepare && ready.length < spares && !ended.signal.aborted) {
      // That a spare can't be had is told to whoever needs a kernel and starts one then.
      ready.push(prepare(ended.signal).catch(() => null));
    }
  };

  return {
    get kind() {
      return kernels.kind;
    },
    async start(options) {
      ended.signal.throwIfAborted();
      const spare = await ready.shift();
      try {
        return await (spare ? beginOrStart(spare, kernels, options) : kernels.start(options));
      } finally {
        // Starting a process takes milliseconds, for which nobody should wait.
        if (!options.signal.aborted) setImmediate(refill);
      }
    },
    async [Symbol.asyncDispose]() {
      ended.abort(new Error('The run that these kernels were for has ended.'));
      const left = ready.splice(0);
      await Promise.all(left.map(async (spare) => (await spare)?.dispose()));
    },
  };
}

/** A spare may have died while it waited: its end must not be the end of the one who takes it. */
async function beginOrStart(
  spare: PreparedKernel,
  kernels: KernelFactory,
  options: KernelOptions,
): Promise<Kernel> {
  try {
    return await spare.begin(options);
  } catch (error) {
    if (!(error instanceof KernelUnavailableError)) throw error;
    return await kernels.start(options);
  }
}
