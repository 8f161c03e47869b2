import { confinedNativeKernels } from './confinedNative';
import { findInterpreter } from './interpreter';
import { type KernelFactory, type KernelKind, KernelUnavailableError } from './kernel';
import { defaultStateFolder } from './selfTestMemory';

export interface SelectKernelOptions {
  readonly kernel: 'auto' | KernelKind;
  /** The interpreter that the user chose; null to look for one. */
  readonly python: string | null;
  /** Folder with the runtime's Python files. */
  readonly runtimeFolder: string;
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
    case 'native': {
      const interpreter = await findInterpreter(python, runtimeFolder, signal);
      const { isolation = 'on', stateFolder = defaultStateFolder(), version = '' } = options;
      const { kernels } = await confinedNativeKernels(
        { interpreter, runtimeFolder, isolation, stateFolder, version },
        signal,
      );
      return kernels;
    }
  }
}
