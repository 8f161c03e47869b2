import { beforeAll, describe, expect, it } from 'vitest';
import {
  type KernelFactory,
  KernelUnavailableError,
  type PreparedKernel,
} from '../../../src/repl/kernel';
import { pooledKernels } from '../../../src/repl/pooledKernels';
import { contractKernels, eventually, neverAborted, startKernel, value } from './kernelHarness';

/** The same kernels, with a record of what was asked for. */
function watched(kernels: KernelFactory, then: (spare: PreparedKernel) => Promise<void>) {
  const asked: string[] = [];
  const spares: PreparedKernel[] = [];
  const factory: KernelFactory = {
    kind: kernels.kind,
    start(options) {
      asked.push('start');
      return kernels.start(options);
    },
    async prepare(signal) {
      asked.push('prepare');
      const spare = await kernels.prepare?.(signal);
      if (!spare) throw new Error('These kernels are never prepared.');
      spares.push(spare);
      await then(spare);
      return spare;
    },
  };
  return { factory, asked, spares };
}

const asItIs = async (): Promise<void> => undefined;

describe.each(contractKernels)('a pool of $name kernels', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it('starts the next kernel ahead, and gives it any context', async () => {
    const { factory: watching, asked } = watched(kernels, asItIs);
    await using pool = pooledKernels(watching, { spares: 1 });
    expect(asked).toEqual([]);
    await using first = await startKernel(pool);
    expect((await first.run('x = 1\ncontext')).output).toContain('demo');
    expect(asked).toEqual(['start', 'prepare']);

    await using second = await startKernel(pool, {
      context: value({ rows: [1, 2] }),
      handle: async () => ({ value: { slots: [] }, body: 'sub-model' }),
    });
    expect((await second.run('"x" in globals(), context["rows"]')).output).toBe(
      '(False, [1, 2])\n',
    );
    expect(asked).toEqual(['start', 'prepare', 'prepare']);
    expect(await second.kernel.check(['1'])).toEqual({ ok: true, index: 0 });
    expect(second.kernel.pythonVersion).toBe(first.kernel.pythonVersion);
    expect((await first.run('x')).output).toBe('1\n');
  });

  it('does without a spare that has died', async () => {
    const { factory: watching, asked } = watched(kernels, (spare) => spare.dispose());
    await using pool = pooledKernels(watching, { spares: 1 });
    await using first = await startKernel(pool);
    expect((await first.run('6 * 7')).output).toBe('42\n');
    await using second = await startKernel(pool);
    expect((await second.run('6 * 7')).output).toBe('42\n');
    expect(asked).toEqual(['start', 'prepare', 'start', 'prepare']);
  });

  it('does without a spare that can not be had', async () => {
    const { factory: watching } = watched(kernels, async (spare) => {
      await spare.dispose();
      throw new KernelUnavailableError('Not today.');
    });
    await using pool = pooledKernels(watching, { spares: 1 });
    await using first = await startKernel(pool);
    expect((await first.run('6 * 7')).output).toBe('42\n');
    await using second = await startKernel(pool);
    expect((await second.run('6 * 7')).output).toBe('42\n');
  });

  it('ends the spares with it, and no kernel that was taken', async () => {
    const { factory: watching, spares } = watched(kernels, asItIs);
    const pool = pooledKernels(watching, { spares: 2 });
    await using kernel = await startKernel(pool);
    await eventually(() => spares.length === 2, 'the spares to be there');
    await pool[Symbol.asyncDispose]();
    for (const spare of spares) {
      const begun = spare.begin({
        context: value(null),
        handle: () => Promise.reject(new Error('No call was expected.')),
        signal: neverAborted,
      });
      await expect(begun).rejects.toThrow(KernelUnavailableError);
    }
    expect((await kernel.run('6 * 7')).output).toBe('42\n');
    await expect(startKernel(pool)).rejects.toThrow('has ended');
  });

  it('starts no spare for a run that was cancelled', async () => {
    const { factory: watching, asked } = watched(kernels, asItIs);
    await using pool = pooledKernels(watching, { spares: 1 });
    const stop = new AbortController();
    const starting = pool.start({
      context: value(null),
      handle: () => Promise.reject(new Error('No call was expected.')),
      signal: stop.signal,
    });
    stop.abort();
    await expect(starting).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked).toEqual(['start']);
  });
});
