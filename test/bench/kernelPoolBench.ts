import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kernel, KernelFactory } from '../../src/repl/kernel';
import { pooledKernels } from '../../src/repl/pooledKernels';
import { selectKernels } from '../../src/repl/selectKernel';
import { projectFolder } from '../host/folders';
import type { Benchmark, BenchRow } from './benchmark';
import { compared, figure, median } from './benchRow';

const runtimeFolder = join(projectFolder, 'src/repl/python');
const wasmFolder = join(projectFolder, 'dist/pyodide');
const many = 32;

/** What a spare saves a child RLM, and what many kernels take of the memory. */
export const kernelPoolBenchmark: Benchmark = {
  name: 'spares',
  describe: 'what a spare kernel saves a child run, and what many kernels take of the memory',
  run: async (signal) => {
    const options = { python: null, runtimeFolder, wasmFolder, signal };
    const native = await selectKernels({ ...options, kernel: 'native' });
    const wasm = await selectKernels({ ...options, kernel: 'wasm' });
    return [
      await spareRow('child kernel with a spare, native', native, signal),
      await spareRow('child kernel with a spare, wasm', wasm, signal),
      ...(process.platform === 'linux' ? [await memoryRow(native, signal)] : []),
    ];
  },
};

function start(kernels: KernelFactory, signal: AbortSignal): Promise<Kernel> {
  return kernels.start({
    context: { kind: 'repository', name: 'bench', maxFileSize: 1024 },
    handle: () => Promise.reject(new Error('No call was expected.')),
    signal,
  });
}

/** How long a child RLM waits for its kernel when a spare had time to start, and when there is none. */
async function spareRow(
  name: string,
  kernels: KernelFactory,
  signal: AbortSignal,
): Promise<BenchRow> {
  const measure = async (spares: number): Promise<number> => {
    await using pool = pooledKernels(kernels, { spares });
    const parent = await start(pool, signal);
    // A parent has asked its model before it starts a child: the spare has this time, and more.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const child = await timed(() => start(pool, signal));
    await Promise.all([parent.dispose(), child.value.dispose()]);
    return child.ms;
  };
  const [withSpare, without]: [number[], number[]] = [[], []];
  for (let round = 0; round < 5; round += 1) {
    without.push(await measure(0));
    withSpare.push(await measure(1));
  }
  return compared(
    name,
    median(withSpare),
    'ms',
    'the same without a spare',
    median(without),
    'ratio < 0.5',
  );
}

/** Memory of many kernels that each have run a cell, shared pages counted once. */
async function memoryRow(kernels: KernelFactory, signal: AbortSignal): Promise<BenchRow> {
  const before = await processesBelow('self');
  const started = await Promise.all(Array.from({ length: many }, () => start(kernels, signal)));
  try {
    await Promise.all(
      started.map((kernel) => kernel.execute('import json, re', { signal, timeoutMs: 60_000 })),
    );
    const below = await processesBelow('self');
    const sizes = await Promise.all([...below].filter((pid) => !before.has(pid)).map(memoryOf));
    const size = sizes.reduce((sum, one) => sum + one, 0);
    return figure(`${many} kernels at once, native`, size, 'MB', '< 1,000 MB');
  } finally {
    await Promise.all(started.map((kernel) => kernel.dispose()));
  }
}

async function processesBelow(pid: string): Promise<Set<string>> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((id) => readFile(`/proc/${pid}/task/${id}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.flatMap((list) => list.split(/\s+/)).filter((child) => child !== '');
  const deeper = await Promise.all(children.map(processesBelow));
  return new Set([...children, ...deeper.flatMap((pids) => [...pids])]);
}

/** Megabytes that a process uses: its share of shared pages, or all it sees where that is not told. */
async function memoryOf(pid: string): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const share = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  if (share !== undefined) return Number(share) / 1000;
  const pages = (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '0 0')).split(' ')[1];
  return (Number(pages) * 4096) / 1e6;
}

async function timed<T>(
  action: () => Promise<T>,
): Promise<{ readonly ms: number; readonly value: T }> {
  const started = performance.now();
  const value = await action();
  return { ms: performance.now() - started, value };
}
