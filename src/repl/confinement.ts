import { availableParallelism, totalmem } from 'node:os';
import { KernelUnavailableError } from './kernel';

/** A command that starts Python inside whatever confines it. */
interface ConfinedCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * How a native kernel is kept from files, network and other processes. What the runtime does to itself
 * and what is wrapped around it are chosen together; see `src/repl/python/fathom/confinement.py`.
 */
export interface Confinement {
  /** For reports: `none`, `seccomp`, `bubblewrap`, `sandbox-exec`. */
  readonly name: 'none' | 'seccomp' | 'bubblewrap' | 'sandbox-exec';
  /** What the runtime is told to do to itself before the first cell. */
  readonly runtimeArguments: readonly string[];
  /** The wrapped command. */
  command(python: string, args: readonly string[]): ConfinedCommand;
  /**
   * Whether the started process is not Python itself, but tells Python's process id on descriptor 4
   * as a line of JSON with `child-pid`. Signals then go there.
   */
  readonly reportsChild: boolean;
}

export interface ConfinementLimits {
  /** Bytes of memory that a kernel may use beyond what it needs itself. */
  readonly memoryBytes: number;
  /** Threads that a kernel may have, as far as Linux counts them by user. */
  readonly threads: number;
}

const gibibyte = 1024 ** 3;

/** Half of this machine's memory, at most 4 GiB; enough threads for any pool. */
export function defaultConfinementLimits(): ConfinementLimits {
  return {
    memoryBytes: Math.max(gibibyte, Math.min(4 * gibibyte, Math.floor(totalmem() / 2))),
    threads: 512 + 16 * availableParallelism(),
  };
}

/** Arguments with which the runtime confines itself. */
export function confinedRuntime(limits: ConfinementLimits): readonly string[] {
  return ['confined', String(limits.memoryBytes), String(limits.threads)];
}

/**
 * No confinement at all: the code may do whatever the user may. Only for a user who turned isolation
 * off after a warning that said so, and as the control of tests.
 */
export const unconfined: Confinement = {
  name: 'none',
  runtimeArguments: ['unconfined'],
  command: (file, args) => ({ file, args }),
  reportsChild: false,
};

/**
 * The same without the runtime's explanations of what is missing. Those are audit hooks, which code can
 * get around: a test of the walls must not be stopped by them.
 */
export function unexplained(confinement: Confinement): Confinement {
  if (confinement.name === 'none') return confinement;
  const runtimeArguments = [...confinement.runtimeArguments, 'unexplained'];
  return { ...confinement, runtimeArguments };
}

/** The process confines itself by seccomp and Landlock. Linux; needs no privilege, nothing installed. */
export function selfConfined(limits = defaultConfinementLimits()): Confinement {
  return {
    name: 'seccomp',
    runtimeArguments: confinedRuntime(limits),
    command: (file, args) => ({ file, args }),
    reportsChild: false,
  };
}

/**
 * What confines a native kernel here when nothing else was chosen.
 * @throws {KernelUnavailableError} on a system where a process can't confine itself.
 */
export function usualConfinement(): Confinement {
  if (process.platform === 'linux') return selfConfined();
  throw new KernelUnavailableError(
    process.platform === 'darwin'
      ? 'On macOS Python is only run inside sandbox-exec.'
      : 'Windows has no way to keep Python from your files, so that the native kernel is not used. Use the WebAssembly kernel.',
  );
}
