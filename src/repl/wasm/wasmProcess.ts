import { join } from 'node:path';
import { endOf, exitBySignal, startBareProcess } from '../bareProcess';
import type { KernelProcess } from '../kernelProcess';

export interface WasmProcessOptions {
  /** Folder of `kernel.js` and what it loads: `dist/pyodide`. */
  readonly folder: string;
  /** How far Python's memory may grow, in pages of 64 KiB. */
  readonly maxPages: number;
  /** Node 22 or later, or an Electron. */
  readonly executable: string;
}

/** The program of the process. */
const program = 'kernel.js';

/** All files that the process may read. */
const files = [program, 'python.wasm', 'python.image', 'python.library'];

/**
 * Starts a Node with nothing of this process's environment, which can read four files and can't write, start
 * programs or load native code. Descriptors as in a native kernel: 0 frames to it, 1 frames from it, 2 what
 * is printed past the runtime, 3 the lifeline, on which a byte means "interrupt the cell".
 * @throws {KernelUnavailableError} when the program can't be started.
 */
export function startWasmProcess(options: WasmProcessOptions): KernelProcess {
  const { folder, maxPages, executable } = options;
  const args = [
    '--permission',
    ...files.map((file) => `--allow-fs-read=${join(folder, file)}`),
    '--allow-worker', // For the thread that listens to the host.
    '--no-warnings',
    '--disallow-code-generation-from-strings',
    `--wasm-max-mem-pages=${maxPages}`,
    '--wasm-lazy-validation',
    '--max-old-space-size=64',
    join(folder, program),
    folder,
    String(maxPages),
  ];
  const subprocess = startBareProcess(executable, args, { env: { ELECTRON_RUN_AS_NODE: '1' } });
  const { stdin, stdout, stderr, lifeline } = subprocess;
  let gone = false;
  const exited = subprocess.exited.then(async (exit) => {
    gone = true;
    // Nothing but the process holds its streams open, so they end with it.
    await Promise.all([endOf(stdout), endOf(stderr)]);
    for (const stream of [stdin, lifeline]) stream.destroy();
    await subprocess.closed;
    // A Python that a signal would have ended, were there signals, says so as shells do.
    return exitBySignal(exit);
  });

  return {
    kind: 'wasm',
    frames: stdout,
    prints: stderr,
    send(chunks) {
      if (gone) return;
      for (const chunk of chunks) stdin.write(chunk);
    },
    get unreadBytes() {
      return stdin.writableLength;
    },
    interrupt() {
      if (!gone) lifeline.write('i');
    },
    kill() {
      if (!gone) subprocess.signal('SIGKILL');
    },
    exited,
  };
}
