import { join } from 'node:path';
import { unconfined } from '../../../src/repl/confinement';
import type { HostCall, HostReply } from '../../../src/repl/hostCall';
import { findInterpreter } from '../../../src/repl/interpreter';
import type {
  CellResult,
  ExecuteOptions,
  Kernel,
  KernelContext,
  KernelFactory,
} from '../../../src/repl/kernel';
import { nativeKernels } from '../../../src/repl/nativeKernel';
import { selectKernels } from '../../../src/repl/selectKernel';
import { buildWasmKernel } from '../../../src/repl/wasm/buildKernel.mjs';
import { wasmKernels } from '../../../src/repl/wasm/wasmKernel';

export const runtimeFolder = join(import.meta.dirname, '../../../src/repl/python');

/** A Python to test with; and, if `strongest` is set, whatever confines it best on this machine. */
const { FATHOM_TEST_PYTHON: testPython, FATHOM_TEST_STRONGEST: strongest } = process.env;

/** The kinds of kernel that the contract holds for. */
export const contractKernels = [
  {
    name: 'native',
    threads: true,
    factory: confinedKernels,
  },
  {
    name: 'wasm',
    threads: false,
    factory: async (): Promise<KernelFactory> =>
      wasmKernels({ folder: await buildWasmKernel({ minify: false }) }),
  },
] as const;

/**
 * Native kernels, confined in the way that is the same on all machines of a kind; what bubblewrap adds
 * where it is installed has tests of its own.
 */
async function confinedKernels(): Promise<KernelFactory> {
  const python = testPython ?? null;
  if (process.platform !== 'linux' || strongest) {
    return selectKernels({ kernel: 'native', python, runtimeFolder, signal: neverAborted });
  }
  const interpreter = await findInterpreter(python, runtimeFolder, neverAborted);
  return nativeKernels({ interpreter });
}

/** Native kernels that may do all that the user may: for what happens when isolation is turned off. */
export async function unconfinedKernels(): Promise<KernelFactory> {
  const python = testPython ?? null;
  const interpreter = await findInterpreter(python, runtimeFolder, neverAborted);
  return nativeKernels({ interpreter, confinement: unconfined });
}

export const neverAborted: AbortSignal = new AbortController().signal;

export type Handler = (call: HostCall, signal: AbortSignal) => Promise<HostReply>;

/** A kernel of a test, ended with `await using`. */
export interface TestKernel extends AsyncDisposable {
  readonly kernel: Kernel;
  /** Runs a cell under a limit that only a hung one reaches. */
  run(code: string, options?: Partial<ExecuteOptions>): Promise<CellResult>;
}

export async function startKernel(
  factory: KernelFactory,
  options: { readonly context?: KernelContext; readonly handle?: Handler } = {},
): Promise<TestKernel> {
  const kernel = await factory.start({
    context: options.context ?? { kind: 'repository', name: 'demo', maxFileSize: 1024 },
    handle: options.handle ?? (() => Promise.reject(new Error('No call was expected.'))),
    signal: neverAborted,
  });
  return {
    kernel,
    run: (code, more) => kernel.execute(code, { signal: neverAborted, timeoutMs: 30_000, ...more }),
    [Symbol.asyncDispose]: () => kernel.dispose(),
  };
}

/** A context that is a plain value. */
export function value(context: unknown): KernelContext {
  return { kind: 'value', json: JSON.stringify(context) };
}

/** Whether a process is there (a zombie that nobody has waited for counts as gone). */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Polls until something holds; fails after ten seconds. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
