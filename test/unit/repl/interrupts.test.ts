import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { repetitions } from '../../host/repetitions';
import { contractKernels, startKernel, type TestKernel } from './kernelHarness';

const hung = {
  loop: 'while True: pass',
  sleep: 'import time\ntime.sleep(60)',
  regex: 'import re\nre.match("(a+)+$", "a" * 40 + "b")',
  await: 'import asyncio\nawait asyncio.sleep(60)',
  lock: 'import threading\nthreading.Lock().acquire() or None\nl = threading.Lock()\nl.acquire()\nl.acquire()',
  repr: 'class R:\n    def __repr__(self):\n        while True: pass\nR()',
} as const;

/** The first cell takes long on a busy machine; the next ones get to what they do within their limit. */
async function startWarm(kernels: KernelFactory): Promise<TestKernel> {
  const kernel = await startKernel(kernels);
  expect((await kernel.run('import signal\n1')).output).toBe('1\n');
  return kernel;
}

describe.each(contractKernels)('interrupting a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  describe('in a cell that hangs', () => {
    let kernel: TestKernel;
    beforeAll(async () => {
      kernel = await startWarm(kernels);
    });
    afterAll(() => kernel[Symbol.asyncDispose]());

    it.each(Object.entries(hung))(
      'ends a %s at its time limit, and keeps the variables',
      async (name, code) => {
        const result = await kernel.run(`kept = "${name}"\n${code}`, { timeoutMs: 300 });
        expect(result.status).toBe('timeout');
        expect(result.error).toEqual({
          name: 'TimeoutError',
          message: 'The cell ran for its limit of 0.3 s.',
        });
        expect(result.output).toContain('KeyboardInterrupt');
        expect((await kernel.run('kept')).output).toBe(`'${name}'\n`);
      },
    );
  });

  it('ends a cell at Stop and aborts what the host does for it', async () => {
    const stop = new AbortController();
    const aborted: unknown[] = [];
    await using kernel = await startKernel(kernels, {
      // Deaf to its signal: Stop must not depend on handlers.
      handle: (_, signal) => {
        signal.addEventListener('abort', () => aborted.push(signal.reason));
        queueMicrotask(() => stop.abort());
        return new Promise((resolve) => setTimeout(resolve, 1000, { body: 'late' }));
      },
    });
    const result = await kernel.run('draft = 1\nanswer["content"] = "so far"\nllm_query("slow")', {
      signal: stop.signal,
    });
    expect(result.status).toBe('interrupted');
    expect(result.draft).toBe('so far');
    expect(aborted).toHaveLength(1);
    expect((await kernel.run('draft')).output).toBe('1\n');
  });

  it('runs nothing when Stop came first', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run('x = 1', { signal: AbortSignal.abort() });
    expect(result.status).toBe('interrupted');
    expect((await kernel.run('x')).error?.name).toBe('NameError');
  });

  it('interrupts once: the cleanup of the cell runs undisturbed', async () => {
    const stop = new AbortController();
    await using kernel = await startKernel(kernels, {
      handle: () => {
        stop.abort();
        return new Promise(() => {});
      },
    });
    const result = await kernel.run(
      'try:\n    llm_query("x")\nexcept KeyboardInterrupt:\n    for i in range(200_000): pass\n    print("clean")\n    raise',
      { signal: stop.signal },
    );
    expect(result.output).toContain('clean\n');
    expect(result.status).toBe('interrupted');
  });

  it('does not let the clock run while the kernel waits for the host', async () => {
    await using kernel = await startKernel(kernels, {
      handle: () => new Promise((resolve) => setTimeout(resolve, 400, { body: 'done' })),
    });
    const result = await kernel.run('llm_query("a") + llm_query("b")', { timeoutMs: 250 });
    expect(result.status).toBe('ok');
    expect(result.output).toBe("'donedone'\n");
    expect((await kernel.run('llm_query("a")\nwhile True: pass', { timeoutMs: 250 })).status).toBe(
      'timeout',
    );
  });

  it('asks again, then ends a kernel that swallows interrupts', async () => {
    const swallowing = await startKernel(kernels);
    const result = await swallowing.run(
      `
import time
caught = 0
while True:
    try:
        while True: time.sleep(0.01)
    except KeyboardInterrupt:
        caught += 1
        print("caught", caught)`,
      { timeoutMs: 250 },
    );
    expect(result.status).toBe('lost');
    expect(result.output).toContain('caught 2\n');
    expect(result.error?.message).toMatch(
      /^The cell ran for its limit of 0.25 s and did not react .* variables are gone\.$/,
    );
    const after = await swallowing.run('1');
    expect(after.status).toBe('lost');
    await expect(swallowing.kernel.check(['1'])).rejects.toThrow('did not react');
    await swallowing.kernel.dispose();
    await using fresh = await startKernel(kernels);
    expect((await fresh.run('1')).output).toBe('1\n');
  });

  it('ends a kernel that ignores the signal, and one in a long C call', async () => {
    for (const code of [
      'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass',
      'sum(range(10**12))',
    ]) {
      await using kernel = await startWarm(kernels);
      expect((await kernel.run(code, { timeoutMs: 300 })).status).toBe('lost');
    }
  });

  it('restores its signal handler before the next cell', async () => {
    await using kernel = await startKernel(kernels);
    await kernel.run('import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)');
    expect((await kernel.run('while True: pass', { timeoutMs: 100 })).status).toBe('timeout');
  });

  it('never hits the next cell, whenever Stop comes', async () => {
    await using kernel = await startKernel(kernels);
    for (let round = 0; round < repetitions(150, 40); round += 1) {
      const stop = new AbortController();
      const running = kernel.run('n = sum(range(20_000))', { signal: stop.signal });
      // Anywhere from before the cell begins to after its end.
      const timer = setTimeout(() => stop.abort(), round % 4);
      const { status } = await running;
      expect(['ok', 'interrupted']).toContain(status);
      expect((await kernel.run('sum(range(20_000))')).output).toBe('199990000\n');
      clearTimeout(timer);
    }
  });
});
