import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { buildWasmKernel } from '../../../src/repl/wasm/buildKernel.mjs';
import { wasmKernels } from '../../../src/repl/wasm/wasmKernel';
import { eventually, processExists, startKernel } from './kernelHarness';

const mebibyte = 1024 ** 2;

async function folder(): Promise<string> {
  return await buildWasmKernel({ minify: false });
}

describe('the memory of a wasm kernel', () => {
  it('is capped: the cell gets a MemoryError, and the kernel lives on', async () => {
    const kernels = wasmKernels({ folder: await folder(), maxMemoryBytes: 128 * mebibyte });
    await using kernel = await startKernel(kernels);
    const greedy = await kernel.run('kept = 1\nlist_ = []\nwhile True: list_.append("x" * 10**6)');
    expect(greedy.error?.name).toBe('MemoryError');
    expect((await kernel.run('n = len(list_)\ndel list_\nkept, 20 < n < 128')).output).toBe(
      '(1, True)\n',
    );
  });

  it('starts anew for every kernel: the image is shared, its randomness is not', async () => {
    const kernels = wasmKernels({ folder: await folder() });
    const seen = new Set<string>();
    for (let i = 0; i < 3; i += 1) {
      await using kernel = await startKernel(kernels);
      seen.add((await kernel.run('import random\nrandom.random()')).output);
    }
    expect(seen.size).toBe(3);
  });
});

describe('a wasm kernel that cannot be had', () => {
  it('says what is missing and what to do', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'fathom-wasm-'));
    try {
      await expect(startKernel(wasmKernels({ folder: empty }))).rejects.toThrow(
        /python\.image.*Install Fathom again/,
      );
    } finally {
      await rm(empty, { recursive: true });
    }
  });
});

describe.runIf(process.platform !== 'win32')('the end of its host', () => {
  it.each([
    ['that waits', 'pass'],
    ['in one long computation', 'sum(range(10**12))'],
    [
      'that catches everything',
      'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
    ],
  ])('ends a kernel %s', async (_, code) => {
    const scratch = await mkdtemp(join(tmpdir(), 'fathom-wasm-'));
    try {
      const host = join(scratch, 'host.cjs');
      const { outputFiles } = await build({
        stdin: {
          contents: `
import { startWasmProcess } from './src/repl/wasm/wasmProcess';
import { KernelSession } from './src/repl/kernelSession';
import { kernelLimits } from './src/repl/kernelLimits';
const child = startWasmProcess({
  folder: process.argv[2], maxPages: 4096, executable: process.execPath,
});
const kernel = new KernelSession({
  process: child,
  limits: kernelLimits,
  handle: async ({ method }) => { console.log(method); return {}; },
});
const never = new AbortController().signal;
kernel.initialize({ kind: 'value', json: '1' }, never).then(() =>
  kernel.execute('llm_query("x")\\n' + process.argv[3], { signal: never, timeoutMs: 60000 }),
);
setInterval(() => {}, 1000);`,
          resolveDir: resolve(import.meta.dirname, '../../..'),
          loader: 'ts',
        },
        bundle: true,
        platform: 'node',
        format: 'cjs',
        write: false,
      });
      await writeFile(host, outputFiles[0]?.text ?? '');
      const running = execa(process.execPath, [host, await folder(), code], {
        reject: false,
        buffer: false,
      });
      // The cell has begun.
      await new Promise((done) => running.stdout.once('data', done));
      const { stdout } = await execa('pgrep', ['-P', String(running.pid)]);
      const children = stdout.split('\n').map(Number);
      expect(children.length).toBe(1);
      running.kill('SIGKILL');
      await running;
      await eventually(() => !children.some(processExists), 'the kernel to end');
    } finally {
      await rm(scratch, { recursive: true });
    }
  });
});
