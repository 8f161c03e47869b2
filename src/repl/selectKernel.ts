import { dirname, join } from 'node:path';
import { confinedNativeKernels } from './confinedNative';
import { confinedWasmKernels } from './confinedWasm';
import { findInterpreter, type Interpreter } from './interpreter';
import { type KernelFactory, type KernelKind, KernelUnavailableError } from './kernel';
import { kernelTitle } from './sandboxReport';

export interface SelectKernelOptions {
  readonly kernel: 'auto' | KernelKind;
  /** The interpreter that the user chose; null to look for one. */
  readonly python: string | null;
  /** Interpreters that are tried before the usual ones when `python` is null, such as the editor's. */
  readonly preferredPythons?: readonly string[];
  /** Folders that are asked about: no program in them is started, unless `python` is its path. */
  readonly outside?: readonly string[];
  /** Folder with the runtime's Python files. */
  readonly runtimeFolder: string;
  /** Folder that wasm kernels start from. Default: `pyodide` beside `runtimeFolder`, as in `dist`. */
  readonly wasmFolder?: string;
  /**
   * `off` runs native kernels with all that the user may do, and no self-test. Only a setting of the
   * machine may say so, after a warning. Default `on`.
   */
  readonly isolation?: 'on' | 'off';
  /** Where a passed self-test is remembered; null, the default: nowhere, so that it is made each time. */
  readonly stateFolder?: string | null;
  /** The version of Fathom: another one tests again. */
  readonly version?: string;
  /** Told when other processes have work to do, and this one waits for them. */
  readonly onWait?: () => void;
  /** Told once, in words for a log, which kernel was chosen and why. */
  readonly onChoice?: (message: string, kind: KernelKind) => void;
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
      return selectWasm(options, 'it was asked for.');
    case 'native':
      return selectNative(options, await findPython(options));
    case 'auto':
      return selectBest(options);
  }
}

async function selectBest(options: SelectKernelOptions): Promise<KernelFactory> {
  let interpreter: Interpreter | null = null;
  try {
    interpreter = await findPython(options);
    return await selectNative(options, interpreter);
  } catch (error) {
    if (!(error instanceof KernelUnavailableError)) throw error;
    // A Python that the user chose and that is not there is a mistake to be told of, and not passed over.
    if (interpreter === null && options.python !== null) throw error;
    return await selectWasm(options, error.message).catch((wasmError: unknown) => {
      if (!(wasmError instanceof KernelUnavailableError)) throw wasmError;
      throw new KernelUnavailableError(`${error.message}\n${wasmError.message}`);
    });
  }
}

function findPython(options: SelectKernelOptions): Promise<Interpreter> {
  const { python, runtimeFolder, signal, preferredPythons = [], outside, onWait } = options;
  return findInterpreter(python, runtimeFolder, signal, preferredPythons, outside, onWait);
}

async function selectNative(
  options: SelectKernelOptions,
  interpreter: Interpreter,
): Promise<KernelFactory> {
  const { runtimeFolder, isolation = 'on', stateFolder = null, version = '', signal } = options;
  const { outside = [] } = options;
  const { kernels, confinement, note } = await confinedNativeKernels(
    { interpreter, runtimeFolder, isolation, stateFolder, version, outside },
    signal,
  );
  const title = kernelTitle({ kind: 'native', confinement });
  const python = `Python ${interpreter.version} (${interpreter.executable})`;
  options.onChoice?.(
    `Code runs in the ${title}: ${python}${note === null ? '' : `; ${note}`}.`,
    'native',
  );
  return kernels;
}

async function selectWasm(options: SelectKernelOptions, why: string): Promise<KernelFactory> {
  const { stateFolder = null, version = '', signal } = options;
  const folder = wasmFolderOf(options);
  options.onWait?.();
  const kernels = await confinedWasmKernels({ folder, stateFolder, version }, signal);
  options.onChoice?.(`Code runs in the WebAssembly kernel: ${why}`, 'wasm');
  return kernels;
}

/** Folder that wasm kernels start from. */
export function wasmFolderOf({
  runtimeFolder,
  wasmFolder,
}: Pick<SelectKernelOptions, 'runtimeFolder' | 'wasmFolder'>): string {
  return wasmFolder ?? join(dirname(runtimeFolder), 'pyodide');
}
