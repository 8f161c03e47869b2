import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { KernelUnavailableError } from './kernel';
import type { KernelExit } from './kernelProcess';

export interface BareProcessOptions {
  /** All of its environment; on Windows `SystemRoot` is added, which programs don't start without. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it has a descriptor 4 to report on. */
  readonly reports?: boolean;
}

/** A process with nothing of this one's environment and streams of its own. */
export interface BareProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Descriptor 3, which closes when this process ends, however it ends. */
  readonly lifeline: Writable;
  /** Descriptor 4. */
  readonly report: Readable | null;
  /** Settles at once when the process is gone; its streams may still have something. */
  readonly exited: Promise<KernelExit>;
  /** Settles when its streams are closed, too. */
  readonly closed: Promise<unknown>;
  signal(name: NodeJS.Signals): void;
}

/**
 * Starts a program in a process group of its own, so that what it starts can be ended with it, and Ctrl+C
 * in a terminal spares it.
 * @throws {KernelUnavailableError} when the program can't be started.
 */
export function startBareProcess(
  file: string,
  args: readonly string[],
  { env = {}, reports = false }: BareProcessOptions = {},
): BareProcess {
  const windows = process.platform === 'win32';
  const { SystemRoot = 'C:\\Windows' } = process.env;
  const subprocess = execa(file, args, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', reports ? 'pipe' : 'ignore'],
    buffer: false,
    reject: false,
    detached: !windows,
    cleanup: false,
    env: windows ? { ...env, SystemRoot } : { ...env },
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
  // Writing to a process that has just ended fails; its exit tells all there is to tell.
  for (const stream of [stdin, stdout, stderr, lifeline]) stream.on('error', ignore);
  return {
    pid,
    stdin,
    stdout,
    stderr,
    lifeline,
    report: isReadable(report) ? report : null,
    exited: new Promise((resolve) => {
      subprocess.nodeChildProcess.once('exit', (code, signal) => resolve({ code, signal }));
    }),
    closed: subprocess,
    signal: (name) => {
      subprocess.kill(name);
    },
  };
}

/** What a program that tells of a death by a signal as shells do, by 128 and its number, means by its exit. */
export function exitBySignal({ code, signal }: KernelExit): KernelExit {
  const died = deadlySignals.find((name) => code === 128 + constants.signals[name]);
  return died === undefined ? { code, signal } : { code: null, signal: died };
}

/** Settles when a stream has nothing more to give. */
export function endOf(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
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
  'SIGPIPE',
  'SIGALRM',
] as const;

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === 'object' && stream !== null && 'write' in stream;
}

function ignore(): void {}
