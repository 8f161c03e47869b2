import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { KernelUnavailableError } from '../kernel';
import type { KernelExit, KernelProcess } from '../kernelProcess';

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
  const windows = process.platform === 'win32';
  const { SystemRoot = 'C:\\Windows' } = process.env;
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
  const subprocess = execa(executable, args, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    buffer: false,
    reject: false,
    // Ctrl+C in a terminal spares it.
    detached: !windows,
    cleanup: false,
    env: { ELECTRON_RUN_AS_NODE: '1', ...(windows ? { SystemRoot } : {}) },
    extendEnv: false,
    cwd: windows ? SystemRoot : '/',
    windowsHide: true,
  });
  const { pid, stdin, stdout, stderr } = subprocess;
  const lifeline = subprocess.stdio[3];
  if (pid === undefined || !isWritable(lifeline)) {
    throw new KernelUnavailableError(`${executable} could not be started.`);
  }
  let gone = false;
  const exited = new Promise<KernelExit>((resolve) => {
    subprocess.nodeChildProcess.once('exit', (code, signal) => {
      gone = true;
      resolve(describeExit(code, signal));
    });
  }).then(async (exit) => {
    await Promise.all([ended(stdout), ended(stderr)]);
    for (const stream of [stdin, lifeline]) stream.destroy();
    await subprocess;
    return exit;
  });
  // Writing to a process that has just ended fails; its exit tells all there is to tell.
  for (const stream of [stdin, stdout, stderr, lifeline]) stream.on('error', ignore);

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
      if (!gone) subprocess.kill('SIGKILL');
    },
    exited,
  };
}

/** A Python that a signal would have ended, were there signals, says so as shells do: by 128 and its number. */
function describeExit(code: number | null, signal: NodeJS.Signals | null): KernelExit {
  const died = deadlySignals.find((name) => code === 128 + constants.signals[name]);
  return died === undefined ? { code, signal } : { code: null, signal: died };
}

const deadlySignals = [
  'SIGILL',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGSEGV',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
] as const;

/** Nothing but the process holds its streams open, so they end with it. */
function ended(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === 'object' && stream !== null && 'write' in stream;
}

function ignore(): void {}
