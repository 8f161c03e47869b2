import { access, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type KernelFactory, KernelUnavailableError } from '../kernel';
import { type KernelLimits, kernelLimits } from '../kernelLimits';
import { processKernels } from '../processKernels';
import { pageBytes } from './guestMemory';
import { startWasmProcess } from './wasmProcess';

export interface WasmKernelOptions {
  /** Folder with `kernel.js`, `python.wasm`, `python.image` and `python.library`: `dist/pyodide`. */
  readonly folder: string;
  /** Bytes that a kernel's variables may use; 1 GiB if not given, at most 4 GiB. */
  readonly maxMemoryBytes?: number;
  /** For tests; else the usual limits. */
  readonly limits?: KernelLimits;
}

const defaultMemoryBytes = 1024 ** 3;
const maxPages = 65_536;

/** The first with a permission model that is no experiment any more, and with all of WebAssembly that is needed. */
const oldestNode = 22;

/** Kernels that are a Python in WebAssembly, in a process of their own. They need nothing installed. */
export function wasmKernels(options: WasmKernelOptions): KernelFactory {
  const { folder, maxMemoryBytes = defaultMemoryBytes, limits = kernelLimits } = options;
  return processKernels({
    kind: 'wasm',
    limits,
    async startProcess(signal) {
      await requireWasmKernel(folder);
      // The process may read where its files really are, and no links to there.
      const realFolder = await realpath(folder);
      signal.throwIfAborted();
      return startWasmProcess({
        folder: realFolder,
        maxPages: Math.min(maxPages, Math.floor(maxMemoryBytes / pageBytes)),
        executable: process.execPath,
      });
    },
  });
}

/**
 * Makes sure that wasm kernels can be started.
 * @throws {KernelUnavailableError} when they can't; the message says what the user can do.
 */
export async function requireWasmKernel(folder: string): Promise<void> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < oldestNode) {
    throw new KernelUnavailableError(
      `The WebAssembly kernel needs Node ${oldestNode} or later; this is ${process.versions.node}. Update Node, or install Python 3.9 or later.`,
    );
  }
  try {
    await access(join(folder, 'python.image'));
  } catch {
    throw new KernelUnavailableError(
      `The WebAssembly kernel is not complete: ${folder} has no python.image. Install Fathom again, or use the native kernel.`,
    );
  }
}
