import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { readChildPid } from './childPid';
import { type Confinement, usualConfinement } from './confinement';
import { type Interpreter, isolatedPython } from './interpreter';
import { type KernelFactory, KernelUnavailableError } from './kernel';
import { type KernelLimits, kernelLimits } from './kernelLimits';
import type { KernelExit, KernelProcess } from './kernelProcess';
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
  const { SystemRoot = 'C:\\Windows' } = process.env;
  const subprocess = execa(file, args, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', reportsChild ? 'pipe' : 'ignore'],
    buffer: false,
    reject: false,
    // Its own process group, so that what it starts ends with it, and Ctrl+C in a terminal spares it.
    detached: !windows,
    cleanup: false,
    env: windows ? { SystemRoot } : {},
    extendEnv: false,
    cwd: windows ? SystemRoot : '/',
    windowsHide: true,
  });
  const { pid, stdin, stdout, stderr } = subprocess;
  const lifeline = subprocess.stdio[3];
  const report = subprocess.stdio[4];
  if (pid === undefined || !isWritable(lifeline)) {
    throw new KernelUnavailableError(`${file} could not be started.`);
  }
  let gone = false;
  let child: number | null = null;
  if (isReadable(report)) {
    readChildPid(report, (pid) => {
      child = pid;
    });
  }
  const exited = new Promise<KernelExit>((resolve) => {
    subprocess.nodeChildProcess.once('exit', (code, signal) => {
      gone = true;
      // Processes that it started and that are still there.
      killGroup(pid);
      resolve(reportsChild ? exitOfChild({ code, signal }) : { code, signal });
    });
  }).then(async (exit) => {
    await drained(stderr, stdout);
    for (const stream of [stdin, stdout, stderr, lifeline]) stream.destroy();
    if (isReadable(report)) report.destroy();
    await subprocess;
    return exit;
  });
  // Writing to a process that has just ended fails; its exit tells all there is to tell.
  for (const stream of [stdin, stdout, stderr, lifeline]) stream.on('error', ignore);

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
      else if (!reportsChild) subprocess.kill('SIGINT');
      else if (child !== null) signalProcess(child, 'SIGINT');
    },
    kill() {
      if (gone) return;
      if (windows) subprocess.kill('SIGKILL');
      else killGroup(pid);
    },
    exited,
  };
}

/** A program that waits for another one tells of its death by a signal as shells do: 128 more. */
function exitOfChild({ code, signal }: KernelExit): KernelExit {
  const died = deadlySignals.find((name) => code === 128 + constants.signals[name]);
  return died === undefined ? { code, signal } : { code: null, signal: died };
}

const deadlySignals = [
  'SIGKILL',
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
] as const;

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
  const ended = streams.map((stream) =>
    stream.readableEnded || stream.destroyed
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          stream.once('end', resolve);
          stream.once('close', resolve);
        }),
  );
  const grace = Promise.withResolvers<void>();
  const timer = setTimeout(grace.resolve, 100);
  await Promise.race([Promise.all(ended), grace.promise]);
  clearTimeout(timer);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === 'object' && stream !== null && 'write' in stream;
}

function ignore(): void {}
