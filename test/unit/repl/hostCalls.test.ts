import { beforeAll, describe, expect, it } from 'vitest';
import { HostCallError } from '../../../src/repl/hostCall';
import type { KernelFactory } from '../../../src/repl/kernel';
import { contractKernels, type Handler, startKernel } from './kernelHarness';

/** Answers when `size` calls have arrived, and not before. */
function barrier(size: number): Handler {
  const { promise, resolve } = Promise.withResolvers<void>();
  let arrived = 0;
  return async (call) => {
    arrived += 1;
    if (arrived === size) resolve();
    await promise;
    return { body: `<${call.body.toString()}>` };
  };
}

describe.each(contractKernels)('host calls of a $name kernel', ({ factory, threads }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it('carry prompt and model, and return the text', async () => {
    await using kernel = await startKernel(kernels, {
      handle: async (call) => ({
        body: JSON.stringify([call.method, call.args, call.body.toString()]),
      }),
    });
    const result = await kernel.run('print(llm_query("héllo\\n😀", model="small"))');
    expect(JSON.parse(result.output)).toEqual(['llm_query', { model: 'small' }, 'héllo\n😀']);
  });

  it('return a batch in order, with failed slots marked', async () => {
    await using kernel = await startKernel(kernels, {
      handle: async (call) => {
        expect(call.args).toEqual({ lengths: [1, 0, 2], model: null });
        expect(call.body.toString()).toBe('aé');
        return {
          value: {
            slots: [
              { length: 3, failed: false },
              { length: 11, failed: true },
              { length: 0, failed: false },
            ],
          },
          body: 'oneError: é tw',
        };
      },
    });
    const result = await kernel.run(
      'r = llm_query_batched(p for p in ["a", "", "é"])\n[(str(x), x.failed, isinstance(x, str)) for x in r]',
    );
    expect(result.output).toBe(
      "[('one', False, True), ('Error: é t', True, True), ('', False, True)]\n",
    );
    expect((await kernel.run('llm_query_batched([])')).output).toBe('[]\n');
    expect((await kernel.run('llm_query_batched("x")')).error?.name).toBe('TypeError');
    expect((await kernel.run('llm_query(context)')).error?.message).toContain('must be a str');
  });

  it('raise the exception that the host names', async () => {
    await using kernel = await startKernel(kernels, {
      handle: async (call) => {
        const name = call.body.toString();
        if (name === 'bug') throw new Error('a bug');
        throw new HostCallError(
          name === 'sub' ? 'SubcallError' : 'NotAvailable',
          `because ${name}`,
        );
      },
    });
    expect(
      (await kernel.run('try:\n    llm_query("sub")\nexcept SubcallError as e:\n    print(e)'))
        .output,
    ).toBe('because sub\n');
    expect((await kernel.run('llm_query("na")')).error).toEqual({
      name: 'NotAvailable',
      message: 'because na',
    });
    expect((await kernel.run('llm_query("bug")')).error).toEqual({
      name: 'RuntimeError',
      message: 'a bug',
    });
  });

  it.runIf(threads)('run concurrently from 64 threads', async () => {
    await using kernel = await startKernel(kernels, { handle: barrier(64) });
    const result = await kernel.run(`
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(64) as pool:
    replies = list(pool.map(llm_query, map(str, range(64))))
replies == [f"<{n}>" for n in range(64)]`);
    expect(result.output).toBe('True\n');
  });

  it('run concurrently in asyncio', async () => {
    await using kernel = await startKernel(kernels, { handle: barrier(64) });
    const result = await kernel.run(`
import asyncio
replies = await asyncio.gather(*(llm_query.aio(str(n)) for n in range(64)))
replies == [f"<{n}>" for n in range(64)]`);
    expect(result.output).toBe('True\n');
    expect((await kernel.run('await llm_query.aio("x"), llm_query("y")')).output).toBe(
      "('<x>', '<y>')\n",
    );
  });

  it.runIf(threads)('hold when threads and asyncio call thousands of times at once', async () => {
    await using kernel = await startKernel(kernels, {
      handle: async (call) => ({ body: call.body }),
    });
    const result = await kernel.run(`
import asyncio, threading
wrong = []
def work(n):
    for i in range(300):
        if llm_query(f"{n}.{i}") != f"{n}.{i}": wrong.append((n, i))
threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
for t in threads: t.start()
for i in range(300):
    r = await asyncio.gather(*(llm_query.aio(f"a{i}.{k}") for k in range(5)))
    if list(r) != [f"a{i}.{k}" for k in range(5)]: wrong.append(i)
    if llm_query("sync") != "sync": wrong.append("sync")
for t in threads: t.join()
wrong`);
    expect(result.output).toBe('[]\n');
  });

  it('carry large texts both ways', async () => {
    await using kernel = await startKernel(kernels, {
      handle: async (call) => ({ body: call.body }),
    });
    const result = await kernel.run('text = "0123456789é" * 3_000_000\nllm_query(text) == text');
    expect(result.output).toBe('True\n');
    const tooMuch = await kernel.run('llm_query("x" * 300_000_000)');
    expect(tooMuch.error?.name).toBe('ValueError');
    expect((await kernel.run('len(text)')).output).toBe('33000000\n');
  });

  it('get prompts with unpaired surrogates through', async () => {
    await using kernel = await startKernel(kernels, {
      handle: async (call) => ({ body: call.body }),
    });
    expect((await kernel.run('print(llm_query("a\\udce9b"))')).output).toBe('a\\udce9b\n');
  });
});
