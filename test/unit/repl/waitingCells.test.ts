import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { repetitions } from '../../host/repetitions';
import { contractKernels, startKernel } from './kernelHarness';

describe.each(contractKernels)(
  'a cell of a $name kernel that waits for sub-calls',
  ({ factory, threads }) => {
    let kernels: KernelFactory;
    beforeAll(async () => {
      kernels = await factory();
    });
    afterEach(() => {
      vi.useRealTimers();
    });

    it('may do so for 200 s under a limit of 5 s, but not run for longer itself', async () => {
      await using kernel = await startKernel(kernels, {
        // The host's clock goes on while the kernel waits.
        handle: async ({ args }) => {
          await vi.advanceTimersByTimeAsync(200_000);
          const slots = [args['lengths']].flat().map(() => ({ length: 5, failed: false }));
          return { value: { slots }, body: 'reply'.repeat(slots.length) };
        },
      });
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
      const started = performance.now();
      const waited = await kernel.run('llm_query_batched(["a", "b"])', { timeoutMs: 5000 });
      expect(performance.now() - started).toBe(200_000);
      expect(waited).toMatchObject({ status: 'ok', output: "['reply', 'reply']\n" });

      const printed = Promise.withResolvers<void>();
      const looping = kernel.run('llm_query_batched(["a"])\nprint("on")\nwhile True: pass', {
        timeoutMs: 5000,
        onOutput: () => printed.resolve(),
      });
      await printed.promise;
      await vi.advanceTimersByTimeAsync(4999);
      expect(await Promise.race([looping, 'still running'])).toBe('still running');
      await vi.advanceTimersByTimeAsync(1);
      expect((await looping).status).toBe('timeout');
    });

    it.runIf(threads)('in a thread holds up none that follow at once', async () => {
      const asked = Promise.withResolvers<void>();
      await using kernel = await startKernel(kernels, {
        handle: async (_, signal) => {
          asked.resolve();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          return { body: '' };
        },
      });
      await kernel.run(
        'import threading\nthreading.Thread(target=lambda: llm_query("slow"), daemon=True).start()',
      );
      await asked.promise;
      // The thread reads what the host says next, also before the main thread waits for it.
      for (let round = 0; round < repetitions(400, 100); round++) {
        expect((await kernel.run('1')).status).toBe('ok');
        expect(await kernel.kernel.check(['1'])).toEqual({ ok: true, index: 0 });
      }
    });
  },
);
