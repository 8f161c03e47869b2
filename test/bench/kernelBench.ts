import { join } from 'node:path';
import { execa } from 'execa';
import type { HostCall, HostReply } from '../../src/repl/hostCall';
import { findInterpreter } from '../../src/repl/interpreter';
import type { Kernel, KernelFactory } from '../../src/repl/kernel';
import { selectKernels } from '../../src/repl/selectKernel';
import { wasmKernels } from '../../src/repl/wasm/wasmKernel';
import type { Benchmark, BenchRow } from './benchmark';
import { compared, median } from './benchRow';

const runtimeFolder = join(import.meta.dirname, '../../src/repl/python');
const wasmFolder = join(import.meta.dirname, '../../dist/pyodide');
const starts = 11;
const calls = 20_000;
const batch = 10_000;

/**
 * The native kernel as users get it: how soon it is ready, how many host calls it makes, and what a
 * batched sub-call costs when the model takes no time. Each beside a bare counterpart that is measured in
 * turn with it.
 */
export const kernelBenchmark: Benchmark = {
  name: 'kernel',
  describe:
    'how soon a kernel is ready and what its calls cost, against bare Python and a bare pipe',
  run: kernelRows,
};

async function kernelRows(signal: AbortSignal): Promise<readonly BenchRow[]> {
  const kernels = await selectKernels({ kernel: 'native', python: null, runtimeFolder, signal });
  const { executable } = await findInterpreter(null, runtimeFolder, signal);
  const ready = await startTimes(kernels, executable, signal);
  const kernel = await start(kernels, signal);
  try {
    const piped = await bestOf(3, () => pipeRate(executable, signal));
    const called = await bestOf(3, () =>
      rate(kernel, calls, `for _ in range(${calls}): read("x")`, signal),
    );
    const batched = await bestOf(3, () =>
      rate(kernel, batch, `llm_query_batched(["x" * 1000] * ${batch})`, signal),
    );
    return [
      ...(await wasmRows(ready.kernel, called, signal)),
      compared('kernel ready', ready.kernel, 'ms', 'python3 -c pass', ready.bare, '< 40 ms'),
      compared(
        'host calls',
        called,
        'calls/s',
        'lines over a bare pipe',
        piped,
        '>= 10,000 calls/s',
      ),
      compared('batched sub-call', 1e6 / batched, 'µs', 'one host call', 1e6 / called, '< 100 µs'),
    ];
  } finally {
    await kernel.dispose();
  }
}

/** The WebAssembly kernel beside the native one. */
async function wasmRows(
  nativeReady: number,
  nativeCalls: number,
  signal: AbortSignal,
): Promise<readonly BenchRow[]> {
  const kernels = wasmKernels({ folder: wasmFolder });
  const times: number[] = [];
  for (let round = 0; round < starts; round += 1) {
    const started = performance.now();
    const kernel = await start(kernels, signal);
    times.push(performance.now() - started);
    await kernel.dispose();
  }
  const kernel = await start(kernels, signal);
  try {
    const called = await bestOf(3, () =>
      rate(kernel, calls, `for _ in range(${calls}): read("x")`, signal),
    );
    return [
      compared('wasm kernel ready', median(times), 'ms', 'native kernel', nativeReady, '< 600 ms'),
      compared(
        'wasm host calls',
        called,
        'calls/s',
        'native kernel',
        nativeCalls,
        '>= 8,000 calls/s',
      ),
    ];
  } finally {
    await kernel.dispose();
  }
}

function start(kernels: KernelFactory, signal: AbortSignal): Promise<Kernel> {
  return kernels.start({
    context: { kind: 'repository', name: 'bench', maxFileSize: 1024 },
    handle: answer,
    signal,
  });
}

/** A host that takes no time. */
async function answer(call: HostCall): Promise<HostReply> {
  const { lengths } = call.args;
  if (!Array.isArray(lengths)) return { body: 'hello' };
  return {
    value: { slots: lengths.map(() => ({ length: 5, failed: false })) },
    body: 'reply'.repeat(lengths.length),
  };
}

/** Medians in milliseconds, of starts that alternate. */
async function startTimes(
  kernels: KernelFactory,
  executable: string,
  signal: AbortSignal,
): Promise<{ readonly kernel: number; readonly bare: number }> {
  const kernelTimes: number[] = [];
  const bareTimes: number[] = [];
  for (let round = 0; round < starts; round += 1) {
    const bareStart = performance.now();
    await execa(executable, ['-I', '-S', '-c', 'pass'], { cancelSignal: signal });
    bareTimes.push(performance.now() - bareStart);
    const kernelStart = performance.now();
    const kernel = await start(kernels, signal);
    kernelTimes.push(performance.now() - kernelStart);
    await kernel.dispose();
  }
  return { kernel: median(kernelTimes), bare: median(bareTimes) };
}

/** Things done in a second by a cell that does `count` of them. */
async function rate(
  kernel: Kernel,
  count: number,
  code: string,
  signal: AbortSignal,
): Promise<number> {
  const result = await kernel.execute(
    `import time\nstarted = time.perf_counter()\n${code}\nprint(time.perf_counter() - started)`,
    { signal, timeoutMs: 120_000 },
  );
  if (result.status !== 'ok') throw new Error(`The cell failed: ${result.output}`);
  return count / Number(result.output);
}

/** Round trips in a second of one short line each way, with no protocol. */
async function pipeRate(executable: string, signal: AbortSignal): Promise<number> {
  const code = [
    'import os, time',
    'started = time.perf_counter()',
    `for _ in range(${calls}):`,
    '    os.write(1, b"x\\n")',
    '    os.read(0, 100)',
    'os.write(2, str(time.perf_counter() - started).encode())',
  ].join('\n');
  const python = execa(executable, ['-I', '-S', '-c', code], {
    stdin: 'pipe',
    buffer: { stdout: false },
    cancelSignal: signal,
  });
  python.stdout.on('data', () => python.stdin.write('y\n'));
  const { stderr } = await python;
  return calls / Number(stderr);
}

async function bestOf(times: number, measure: () => Promise<number>): Promise<number> {
  let best = 0;
  for (let round = 0; round < times; round += 1) best = Math.max(best, await measure());
  return best;
}
