import { dirname, join } from 'node:path';
import { confinedNativeKernels } from './confinedNative';
import { findInterpreter } from './interpreter';
import { type KernelFactory, type KernelKind, KernelUnavailableError } from './kernel';
import { defaultStateFolder } from './selfTestMemory';
import { requireWasmKernel, wasmKernels } from './wasm/wasmKernel';

export interface SelectKernelOptions {
  readonly kernel: 'auto' | KernelKind;
  /** The interpreter that the user chose; null to look for one. */
  readonly python: string | null;
  /** Folder with the runtime's Python files. */
  readonly runtimeFolder: string;
  /** Folder that wasm kernels start from. Default: `pyodide` beside `runtimeFolder`, as in `dist`. */
  readonly wasmFolder?: string;
  /**
   * `off` runs native kernels with all that the user may do, and no self-test. Only a setting of the
   * machine may say so, after a warning. Default `on`.
   */
  readonly isolation?: 'on' | 'off';
  /** Where a passed self-test is remembered; null: nowhere. Default: the user's folder for state. */
  readonly stateFolder?: string | null;
  /** The version of Fathom: another one tests again. */
  readonly version?: string;
  readonly signal: AbortSignal;
}

/**
 * Chooses the kind of kernel for a run. `auto` is native where it can be confined and passes the self-test,
 * else wasm.
 * @throws {KernelUnavailableError} when there is none; the message says what the user can do.
 */
export async function selectKernels(options: SelectKernelOptions): Promise<KernelFactory> {
  switch (options.kernel) {
    case 'wasm':
      return selectWasm(options);
    case 'native':
      return selectNative(options);
    case 'auto':
      try {
        return await selectNative(options);
      } catch (error) {
        // A Python that the user chose by name is not silently replaced.
        if (!(error instanceof KernelUnavailableError) || options.python !== null) throw error;
        return await selectWasm(options).catch((wasmError: unknown) => {
          const reason = wasmError instanceof Error ? wasmError.message : String(wasmError);
          throw new KernelUnavailableError(`${error.message}\n${reason}`);
        });
      }
  }
}

async function selectNative(options: SelectKernelOptions): Promise<KernelFactory> {
  const { python, runtimeFolder, signal } = options;
  const interpreter = await findInterpreter(python, runtimeFolder, signal);
  const { isolation = 'on', stateFolder = defaultStateFolder(), version = '' } = options;
  const { kernels } = await confinedNativeKernels(
    { interpreter, runtimeFolder, isolation, stateFolder, version },
    signal,
  );
  return kernels;
}

async function selectWasm(options: SelectKernelOptions): Promise<KernelFactory> {
  const folder = wasmFolderOf(options);
  await requireWasmKernel(folder);
  options.signal.throwIfAborted();
  return wasmKernels({ folder });
}

/** Folder that wasm kernels start from. */
export function wasmFolderOf({
  runtimeFolder,
  wasmFolder,
}: Pick<SelectKernelOptions, 'runtimeFolder' | 'wasmFolder'>): string {
  return wasmFolder ?? join(dirname(runtimeFolder), 'pyodide');
}
