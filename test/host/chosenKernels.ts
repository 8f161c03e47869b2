import { join } from 'node:path';
import type { KernelFactory } from '../../src/repl/kernel';
import { selectKernels } from '../../src/repl/selectKernel';
import { projectFolder } from './folders';

let chosen: Promise<KernelFactory> | null = null;

/**
 * The native kernels as users get them, found and tested when they are first asked for: like a window, a
 * test file (which has modules of its own) does this once, not for each of its runs.
 */
export function chosenKernels(): Promise<KernelFactory> {
  chosen ??= selectKernels({
    kernel: 'native',
    python: null,
    runtimeFolder: join(projectFolder, 'src/repl/python'),
    signal: new AbortController().signal,
  });
  return chosen;
}
