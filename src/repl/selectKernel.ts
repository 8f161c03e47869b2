import { findInterpreter } from './interpreter';
import { type KernelFactory, type KernelKind, KernelUnavailableError } from './kernel';
import { nativeKernels } from './nativeKernel';

export interface SelectKernelOptions {
  readonly kernel: 'auto' | KernelKind;
  /** The interpreter that the user chose; null to look for one. */
  readonly python: string | null;
  /** Folder with the runtime's Python files. */
  readonly runtimeFolder: string;
  readonly signal: AbortSignal;
}

/**
 * Chooses the kind of kernel for a run.
 * @throws {KernelUnavailableError} when there is none; the message says what the user can do.
 */
export async function selectKernels(options: SelectKernelOptions): Promise<KernelFactory> {
  const { kernel, python, runtimeFolder, signal } = options;
  switch (kernel) {
    case 'wasm':
      throw new KernelUnavailableError(
        'The WebAssembly kernel is not part of this version yet. Use the native kernel, with Python 3.9 or later.',
      );
    case 'auto':
    case 'native':
      return nativeKernels({ interpreter: await findInterpreter(python, runtimeFolder, signal) });
  }
}
