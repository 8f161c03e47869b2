import type { FrameLimits } from './frames';

/**
 * What a kernel may send before it is taken for hostile or broken, and ended. All are far above what
 * honest code needs: a cell that reads 70,000 files makes 70,000 calls, and 10,000 calls a second is what
 * the pipe carries.
 */
export interface KernelLimits extends FrameLimits {
  /** Calls under way at once. */
  readonly maxOpenCalls: number;
  /** Calls answered at once that ask no model; the others wait in order. */
  readonly maxAnsweredAtOnce: number;
  /** Bytes of calls that wait to be answered, their bodies included. */
  readonly maxWaitingBytes: number;
  /** With more bytes than this waiting to be read by the kernel, no further call is begun with. */
  readonly pausingUnreadBytes: number;
  /** Calls between the start of a cell and the start of the next. */
  readonly maxCallsPerCell: number;
  /** Calls in a second, averaged over the cell's first ten seconds or the last ten. */
  readonly maxCallsPerSecond: number;
  /** Bytes of printed text per cell. The runtime sends little of what can't be shown; C code may not. */
  readonly maxOutputBytes: number;
  /** Bytes that wait to be read by the kernel. */
  readonly maxUnreadBytes: number;
  /** Milliseconds from the start of the process to its `ready`. */
  readonly startTimeoutMs: number;
  /** Milliseconds for checking or setting something. */
  readonly requestTimeoutMs: number;
  /** Milliseconds from the first interrupt to the second. */
  readonly secondInterruptMs: number;
  /** Milliseconds from the first interrupt to the kill. */
  readonly killMs: number;
  /** Milliseconds that `dispose` waits for handlers that ignore their signal. */
  readonly handlersGraceMs: number;
}

const mebibyte = 1024 * 1024;

export const kernelLimits: KernelLimits = {
  maxHeaderBytes: 16 * mebibyte,
  maxBodyBytes: 256 * mebibyte,
  maxOpenCalls: 20_000,
  maxAnsweredAtOnce: 2,
  maxWaitingBytes: 256 * mebibyte,
  pausingUnreadBytes: 32 * mebibyte,
  maxCallsPerCell: 5_000_000,
  maxCallsPerSecond: 100_000,
  maxOutputBytes: 64 * mebibyte,
  maxUnreadBytes: 1024 * mebibyte,
  startTimeoutMs: 30_000,
  requestTimeoutMs: 30_000,
  secondInterruptMs: 1000,
  killMs: 3000,
  handlersGraceMs: 2000,
};
