import type { Readable } from 'node:stream';
import type { KernelKind } from './kernel';

/** How a kernel's process ended. */
export interface KernelExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A process with the Python runtime in it, as the protocol sees it: two streams of bytes, a way to
 * interrupt and a way to kill. Both kinds of kernel have one.
 */
export interface KernelProcess {
  readonly kind: KernelKind;
  /** Bytes of frames from the kernel. */
  readonly frames: Readable;
  /** What was printed past the runtime, by C code or child processes; also why Python did not start. */
  readonly prints: Readable;
  /** Sends bytes of frames; buffered without limit. Does nothing once the process is gone. */
  send(chunks: readonly Buffer[]): void;
  /** Bytes that were sent and that the kernel has not taken yet. */
  readonly unreadBytes: number;
  /** Raises KeyboardInterrupt in the running cell. Does nothing once the process is gone. */
  interrupt(): void;
  /** Ends the process and its descendants at once. May be called again. */
  kill(): void;
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<KernelExit>;
}

/** Why a process ended that nobody ended, for people. @param prints what it printed last. */
export function describeExit(exit: KernelExit, prints: string): string {
  const cause =
    exit.signal === 'SIGKILL'
      ? 'was killed (SIGKILL), probably because memory ran out'
      : exit.signal !== null
        ? `crashed (${exit.signal})`
        : `ended itself (exit code ${exit.code ?? 'unknown'})`;
  const said = prints.trim().split('\n').slice(0, 3).join('\n');
  return `The kernel ${cause}.${exit.signal !== null && said !== '' ? ` It said: ${said}.` : ''}`;
}
