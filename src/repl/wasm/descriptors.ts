import { errno } from './errno';
import type { GuestMemory } from './guestMemory';

/** The descriptors of a guest. There are no others, and no call that would open one. */
const guestDescriptors = {
  /** Frames from the host. */
  source: 3,
  /** Frames to the host. */
  sink: 4,
  /** The compiled standard library, to be read anywhere in it. */
  library: 5,
  /**
   * Milliseconds written to it, as text, make SIGALRM due then; 0 stops that timer. Reading it gives nothing,
   * but drops all signals that the host had sent before.
   */
  signals: 6,
} as const;

/** What is behind a guest's descriptors. */
export interface Ports {
  /** Waits for bytes of frames; 0 when the host has closed the line. */
  readonly receive: (into: Uint8Array) => number;
  /** Whether `receive` would not wait; waits so many milliseconds for it, unless a signal comes. */
  readonly poll: (timeoutMs: number) => 'readable' | 'nothing' | 'interrupted';
  /** The same without looking at the line. */
  readonly sleep: (timeoutMs: number) => 'nothing' | 'interrupted';
  /** Sends bytes of frames and returns how many. */
  readonly send: (from: Uint8Array) => number;
  /** Shows bytes that C code printed. */
  readonly print: (from: Uint8Array) => number;
  readonly library: Uint8Array;
  /** Makes SIGALRM due after so many milliseconds; 0 stops the timer. */
  readonly setTimer: (milliseconds: number) => void;
  /** Drops all signals that were sent before what was last received. */
  readonly dropSignals: () => void;
}

type Call = (...args: readonly number[]) => number;

/** Flags of `poll`, the same as on Linux. */
const pollIn = 1;
const pollOut = 4;
const pollInvalid = 32;

const regularFile = 0o100400;
const characterDevice = 0o020600;

/** The calls of the guest that take a descriptor. Each checks it; none can reach anything but the ports. */
export function descriptorCalls(
  memory: GuestMemory,
  ports: Ports,
): Readonly<Record<string, unknown>> {
  const { source, sink, library, signals } = guestDescriptors;
  let libraryPosition = 0;
  const known = (fd: number): boolean => Number.isInteger(fd) && fd >= 0 && fd <= signals;

  /** Goes through the buffers of a scattered read or write until one is not filled. */
  const scatter = (
    vectors: number,
    count: number,
    total: number,
    move: (part: Uint8Array) => number,
  ): number => {
    let moved = 0;
    for (let i = 0; i < count; i += 1) {
      const address = memory.view.getUint32((vectors >>> 0) + 8 * i, true);
      const length = memory.view.getUint32((vectors >>> 0) + 8 * i + 4, true);
      if (length === 0) continue;
      const part = memory.bytes.subarray(address, address + length);
      const done = move(part);
      moved += done;
      if (done < part.length) break;
    }
    memory.view.setUint32(total >>> 0, moved, true);
    return 0;
  };

  const readLibrary = (at: number, into: Uint8Array): number => {
    const part = ports.library.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  };

  const read: Call = (fd = -1, vectors = 0, count = 0, total = 0) => {
    if (fd === source) return scatter(vectors, count, total, ports.receive);
    if (fd === 0) return scatter(vectors, count, total, () => 0);
    if (fd === signals) {
      return scatter(vectors, count, total, () => {
        ports.dropSignals();
        return 0;
      });
    }
    if (fd !== library) return errno.badDescriptor;
    return scatter(vectors, count, total, (part) => {
      const length = readLibrary(libraryPosition, part);
      libraryPosition += length;
      return length;
    });
  };

  const write: Call = (fd = -1, vectors = 0, count = 0, total = 0) => {
    if (fd === sink) return scatter(vectors, count, total, ports.send);
    if (fd === 1 || fd === 2) return scatter(vectors, count, total, ports.print);
    if (fd !== signals) return errno.badDescriptor;
    return scatter(vectors, count, total, (part) => {
      const milliseconds = Number(new TextDecoder().decode(part.slice(0, 20)));
      ports.setTimer(Number.isFinite(milliseconds) ? milliseconds : 0);
      return part.length;
    });
  };

  const readAt = (fd: number, vectors: number, count: number, offset: bigint, total: number) => {
    if (fd !== library) return known(fd) ? errno.illegalSeek : errno.badDescriptor;
    let at = Number(BigInt.asUintN(52, offset));
    return scatter(vectors, count, total, (part) => {
      const length = readLibrary(at, part);
      at += length;
      return length;
    });
  };

  const seek = (fd: number, offset: bigint, whence: number, result: number): number => {
    if (fd !== library) return known(fd) ? errno.illegalSeek : errno.badDescriptor;
    const base = [0, libraryPosition, ports.library.length][whence];
    if (base === undefined) return errno.invalid;
    const position = base + Number(BigInt.asIntN(52, offset));
    if (position < 0) return errno.invalid;
    libraryPosition = position;
    memory.view.setBigInt64(result >>> 0, BigInt(position), true);
    return 0;
  };

  const describe: Call = (fd = -1, result = 0) => {
    if (!known(fd)) return errno.badDescriptor;
    const at = result >>> 0;
    memory.bytes.fill(0, at, at + 24);
    memory.view.setUint8(at, fd === library ? 4 : 2);
    return 0;
  };

  /** Fills a `struct stat` of 96 bytes. */
  const stat: Call = (fd = -1, result = 0) => {
    if (!known(fd)) return -errno.badDescriptor;
    const at = result >>> 0;
    memory.bytes.fill(0, at, at + 96);
    memory.view.setUint32(at + 4, fd === library ? regularFile : characterDevice, true);
    memory.view.setUint32(at + 8, 1, true);
    if (fd === library) memory.view.setBigInt64(at + 24, BigInt(ports.library.length), true);
    memory.view.setInt32(at + 32, 4096, true);
    memory.view.setBigInt64(at + 88, BigInt(fd + 1), true);
    return 0;
  };

  const poll: Call = (descriptors = 0, count = 0, timeout = 0) => {
    if (count < 0 || count > 64) return -errno.invalid;
    let ready = 0;
    let waitsFor = -1;
    for (let i = 0; i < count; i += 1) {
      const at = (descriptors >>> 0) + 8 * i;
      const fd = memory.view.getInt32(at, true);
      const events = memory.view.getInt16(at + 4, true);
      let flags = 0;
      if (fd >= 0 && !known(fd)) flags = pollInvalid;
      else if (fd === source) {
        if (events & pollIn) waitsFor = at;
      } else if (fd >= 0) flags = events & (fd === 0 || fd === library ? pollIn : pollOut);
      memory.view.setInt16(at + 6, flags, true);
      if (flags !== 0) ready += 1;
    }
    // Without end means: an hour, then the guest looks again. No wait of ours is longer than a timer takes.
    const patience = ready > 0 ? 0 : timeout < 0 ? 3_600_000 : timeout;
    const outcome = waitsFor < 0 ? ports.sleep(patience) : ports.poll(patience);
    if (outcome === 'readable') {
      memory.view.setInt16(waitsFor + 6, pollIn, true);
      ready += 1;
    }
    return outcome === 'interrupted' && ready === 0 ? -errno.interrupted : ready;
  };

  return {
    fd_read: read,
    fd_write: write,
    fd_pread: readAt,
    fd_pwrite: (fd: number) => (known(fd) ? errno.illegalSeek : errno.badDescriptor),
    fd_seek: seek,
    fd_close: (fd: number) => (known(fd) ? 0 : errno.badDescriptor),
    fd_sync: (fd: number) => (known(fd) ? errno.invalid : errno.badDescriptor),
    fd_fdstat_get: describe,
    __syscall_fstat64: stat,
    __syscall_poll: poll,
    __syscall_ioctl: (fd: number) => (known(fd) ? -errno.notTerminal : -errno.badDescriptor),
  };
}
