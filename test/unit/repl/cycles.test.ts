import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseConfinement, confinementFrom } from '../../../src/repl/chooseConfinement';
import { findInterpreter } from '../../../src/repl/interpreter';
import type { KernelFactory } from '../../../src/repl/kernel';
import { nativeKernels } from '../../../src/repl/nativeKernel';
import { pooledKernels } from '../../../src/repl/pooledKernels';
import { contractKernels, neverAborted, runtimeFolder, startKernel, value } from './kernelHarness';

const atOnce = 8;

/** The processes that this one started, and those that they started, each by its id and when it began. */
async function descendants(): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (pid: string): Promise<void> => {
    for (const child of await childrenOf(pid)) {
      const identity = await identityOf(child);
      if (identity !== null) found.push(identity);
      await visit(child);
    }
  };
  await visit('self');
  return found;
}

async function childrenOf(pid: string): Promise<readonly string[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((id) => readFile(`/proc/${pid}/task/${id}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(/\s+/)).filter((child) => child !== '');
}

/** Process ids are used again; together with the time of the start they are not. Null when it is gone. */
async function identityOf(pid: string): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, state, ...rest] = stat.slice(stat.lastIndexOf(')')).split(' ');
  const started = rest[18];
  // A zombie has ended; this machine's first process has not taken notice yet.
  return started === undefined || state === 'Z' ? null : `${pid} ${started}`;
}

async function isThere(identity: string): Promise<boolean> {
  return (await identityOf(identity.split(' ')[0] ?? '')) === identity;
}

/** What this process has open, and how many processes are below it. */
async function held(): Promise<{ readonly descriptors: number; readonly processes: number }> {
  const processes = (await descendants()).length;
  return { descriptors: (await readdir('/proc/self/fd')).length, processes };
}

/** Starts and ends kernels, some at rest, some in the middle of a cell, some before they are ready. */
async function cycle(kernels: KernelFactory, times: number): Promise<ReadonlySet<string>> {
  let started = 0;
  const seen = new Set<string>();
  const worker = async (): Promise<void> => {
    while (started < times) {
      started += 1;
      if (started % 10 === 0) await giveUp(kernels);
      else await startAndEnd(kernels, started % 2 === 0);
      if (started % 25 === 0) for (const identity of await descendants()) seen.add(identity);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return seen;
}

async function startAndEnd(kernels: KernelFactory, busy: boolean): Promise<void> {
  const { kernel, run } = await startKernel(kernels, { context: value('x') });
  const running = busy ? run('while True: pass') : null;
  await kernel.dispose();
  expect((await running)?.status ?? 'lost').toBe('lost');
}

async function giveUp(kernels: KernelFactory): Promise<void> {
  const stop = new AbortController();
  const starting = kernels.start({
    context: value('x'),
    handle: () => Promise.reject(new Error('No call was expected.')),
    signal: stop.signal,
  });
  setImmediate(() => stop.abort());
  await expect(starting).rejects.toMatchObject({ name: 'AbortError' });
}

describe.runIf(process.platform === 'linux')('starting and ending kernels', () => {
  let folder: string | null = null;
  afterEach(async () => {
    vi.unstubAllEnvs();
    if (folder !== null) await rm(folder, { recursive: true, force: true });
    folder = null;
  });

  async function bubblewrapped(): Promise<KernelFactory> {
    const interpreter = await findInterpreter(null, runtimeFolder, neverAborted);
    const [{ recipe }] = await chooseConfinement(interpreter, runtimeFolder, neverAborted);
    return nativeKernels({ interpreter, confinement: confinementFrom(recipe) });
  }

  it.each([
    { name: 'native', times: 1000, factory: contractKernels[0].factory },
    { name: 'native, in the strongest confinement here', times: 100, factory: bubblewrapped },
    { name: 'wasm', times: 100, factory: contractKernels[1].factory },
  ])(
    '$times times leaves no process, descriptor or temporary file behind: $name',
    { timeout: 180_000 },
    async ({ times, factory }) => {
      const kernels = await factory();
      // The first ones load what stays: the event loop's own pipes and watchers among it.
      await cycle(kernels, 2 * atOnce);
      folder = await mkdtemp(join(tmpdir(), 'fathom-cycles-'));
      vi.stubEnv('TMPDIR', join(folder, 'tmp'));
      await mkdir(join(folder, 'tmp'));
      const before = await held();
      // The program that built the kernel, for one.
      const others = new Set(await descendants());
      const seen = await cycle(kernels, times);
      expect(await held()).toEqual(before);
      expect(seen.size).toBeGreaterThan(times / 50);
      // Those that were below a wrapper are nobody's when it has gone.
      const there = await Promise.all(
        [...seen].filter((identity) => !others.has(identity)).map(isThere),
      );
      expect(there.filter((is) => is)).toEqual([]);
      expect(await readdir(join(folder, 'tmp'))).toEqual([]);
    },
  );

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
