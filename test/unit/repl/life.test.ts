import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import {
  contractKernels,
  eventually,
  neverAborted,
  processExists,
  runtimeFolder,
  startKernel,
  unconfinedKernels,
} from './kernelHarness';

describe.each(contractKernels)('the life of a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it.each([
    ['import os\nos._exit(3)', 'ended itself (exit code 3)'],
    ['import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', 'killed (SIGKILL)'],
    ['import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)', 'crashed (SIGSEGV)'],
    ['import faulthandler, os\nfaulthandler.enable()\nos.abort()', 'It said: Fatal Python error'],
  ])('is lost when %j ends its process, and says how', async (code, reason) => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(`print("before")\n${code}`);
    expect(result.status).toBe('lost');
    expect(result.error?.name).toBe('KernelLost');
    expect(result.error?.message).toContain(reason);
    expect(result.output.startsWith('before\n')).toBe(true);
    expect((await kernel.run('1')).error?.message).toContain(reason);
  });

  it('leaves no process behind when it is disposed, not even in the middle of a cell', async () => {
    const { kernel, run } = await startKernel(await unconfinedKernels());
    const started = Promise.withResolvers<readonly number[]>();
    const running = run(
      'import os, subprocess, sys\n' +
        'child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])\n' +
        'print(os.getpid(), child.pid, flush=True)\nwhile True: pass',
      {
        onOutput: (text) => {
          started.resolve(text.trim().split(' ').map(Number));
        },
      },
    );
    const pids = await started.promise;
    expect(pids).toHaveLength(2);
    await Promise.all([kernel.dispose(), kernel.dispose()]);
    await eventually(() => !pids.some(processExists), 'the processes to be gone');
    expect((await running).status).toBe('lost');
    await kernel.dispose();
  });

  it('does one thing at a time', async () => {
    await using kernel = await startKernel(kernels);
    const first = kernel.run('1');
    await expect(kernel.run('2')).rejects.toThrow('one cell at a time');
    expect((await first).output).toBe('1\n');
  });

  it('gives up its start when that is cancelled', async () => {
    const stop = new AbortController();
    const starting = kernels.start({
      context: { kind: 'repository', name: 'x', maxFileSize: 1024 },
      handle: () => Promise.reject(new Error('unexpected')),
      signal: stop.signal,
    });
    stop.abort();
    await expect(starting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('sees nothing of the host’s environment and folder', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(
      'import os, sys\n[k for k in os.environ if k != "LC_CTYPE"], os.getcwd(), [p for p in sys.path if "site-packages" in p], sys.argv[1:]',
    );
    expect(result.output).toBe("([], '/', [], [])\n");
  });
});

describe('a native kernel whose host is killed', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-host-'));
    await build({
      stdin: {
        contents: `
          import { findInterpreter } from './src/repl/interpreter';
          import { nativeKernels } from './src/repl/nativeKernel';
          const signal = new AbortController().signal;
          async function main() {
            const interpreter = await findInterpreter(null, process.argv[2], signal);
            const kernels = nativeKernels({ interpreter });
            const kernel = await kernels.start({
              context: { kind: 'repository', name: 'x', maxFileSize: 1024 }, signal, handle: async () => ({}) });
            await kernel.execute(process.argv[3], {
              signal, timeoutMs: 600_000, onOutput: (text) => process.stdout.write(text) });
          }
          void main();`,
        resolveDir: join(import.meta.dirname, '../../..'),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      outfile: join(folder, 'host.cjs'),
      logLevel: 'error',
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['a loop', 'while True: pass'],
    ['a long C call that holds the interpreter', 'sum(range(10**13))'],
    ['a sleep', 'import time\ntime.sleep(600)'],
  ])('ends at once, even in %s', async (_, code) => {
    const print = 'import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(0.2)\n';
    const host = execa(process.execPath, [join(folder, 'host.cjs'), runtimeFolder, print + code], {
      reject: false,
      cancelSignal: neverAborted,
    });
    let pid = 0;
    host.stdout.on('data', (chunk: Buffer) => {
      pid ||= Number(chunk.toString());
    });
    await eventually(() => pid > 0, 'the kernel to start');
    expect(processExists(pid)).toBe(true);
    host.kill('SIGKILL');
    await host;
    await eventually(() => !processExists(pid), 'the kernel to end');
  });
});
