import type { Readable } from 'node:stream';
import { endOf, exitBySignal, startBareProcess } from './bareProcess';
import { readChildPid } from './childPid';
import { type Confinement, usualConfinement } from './confinement';
import { type Interpreter, isolatedPython } from './interpreter';
import type { KernelFactory } from './kernel';
import { type KernelLimits, kernelLimits } from './kernelLimits';
import type { KernelProcess } from './kernelProcess';
import { processKernels } from './processKernels';

export interface NativeKernelOptions {
  readonly interpreter: Interpreter;
  /** What keeps the code from everything but its host; else the usual one of this system. */
  readonly confinement?: Confinement;
  /** For tests; else the usual limits. */
  readonly limits?: KernelLimits;
}

/** Kernels that are processes of the user's CPython. */
export function nativeKernels(options: NativeKernelOptions): KernelFactory {
  const { interpreter, confinement = usualConfinement(), limits = kernelLimits } = options;
  return processKernels({
    kind: 'native',
    limits,
    async startProcess() {
      const command = confinement.command(interpreter.executable, [
        ...isolatedPython,
        '-c',
        interpreter.boot,
        ...confinement.runtimeArguments,
      ]);
      const process = startPython(command.file, command.args, confinement.reportsChild);
      process.send([interpreter.runtime]);
      return process;
    },
  });
}

/**
 * Starts a Python with nothing of this process's environment. Descriptors: 0 frames to it, 1 frames from
 * it, 2 what is printed past the runtime, 3 the lifeline, which stays silent and closes when this process
 * ends, however it ends; with `reportsChild` 4 for the process id of Python (see `Confinement`).
 * @throws {KernelUnavailableError} when the program can't be started.
 */
export function startPython(
  file: string,
  args: readonly string[],
  reportsChild = false,
): KernelProcess {
  const windows = process.platform === 'win32';
  const subprocess = startBareProcess(file, args, { reports: reportsChild });
  const { pid, stdin, stdout, stderr, lifeline, report } = subprocess;
  let gone = false;
  let child: number | null = null;
  if (report) {
    readChildPid(report, (pid) => {
      child = pid;
    });
  }
  const exited = subprocess.exited.then(async (exit) => {
    gone = true;
    // Processes that it started and that are still there.
    killGroup(pid);
    await drained(stderr, stdout);
    for (const stream of [stdin, stdout, stderr, lifeline]) stream.destroy();
    report?.destroy();
    await subprocess.closed;
    return reportsChild ? exitBySignal(exit) : exit;
  });

  return {
    kind: 'native',
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
      if (gone) return;
      if (windows) lifeline.write('i');
      else if (!reportsChild) subprocess.signal('SIGINT');
      else if (child !== null) signalProcess(child, 'SIGINT');
    },
    kill() {
      if (gone) return;
      if (windows) subprocess.signal('SIGKILL');
      else killGroup(pid);
    },
    exited,
  };
}

/** Kills what is left of a process group. */
function killGroup(pid: number): void {
  if (process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

/** Waits until the streams have ended, but not for a runaway process that holds them open. */
async function drained(...streams: readonly Readable[]): Promise<void> {
  const grace = Promise.withResolvers<void>();
  const timer = setTimeout(grace.resolve, 100);
  await Promise.race([Promise.all(streams.map(endOf)), grace.promise]);
  clearTimeout(timer);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
