import { read, readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Worker } from 'node:worker_threads';
import { type LineRequest, readingAhead, ring, type SharedLine, slots } from './sharedLine';

/** Descriptors of the process. */
const fromHost = 0;
const lifeline = 3;

const interruptSignal = 2;

/**
 * The main thread of a wasm kernel, while the other one runs Python. On the lifeline, a byte of the host
 * means: interrupt the cell. Its end means that the host is gone, however it went: then this process ends
 * at once, even in the middle of a long computation.
 */
export function listen(shared: SharedLine, python: Worker): void {
  const line = new Socket({ fd: lifeline, readable: true, writable: false });
  line.on('data', () => {
    Atomics.store(shared.state, slots.signal, interruptSignal);
    ring(shared);
  });
  line.on('close', endProcess);
  line.on('error', endProcess);

  python.on('message', (what: LineRequest) => {
    if (what === 'drop signals') {
      drain();
      Atomics.store(shared.state, slots.signal, 0);
      Atomics.add(shared.state, slots.dropped, 1);
      ring(shared);
      return;
    }
    // Python wants to know when there is something to read, and meanwhile wait for something else, too.
    read(fromHost, shared.ahead, 0, shared.ahead.length, null, (error, length) => {
      Atomics.store(shared.state, slots.length, error === null ? length : 0);
      Atomics.store(shared.state, slots.reading, readingAhead.done);
      ring(shared);
    });
  });
  python.on('exit', (code) => {
    // A read that is under way would hold the orderly end up until the host sends something.
    if (Atomics.load(shared.state, slots.reading) === readingAhead.underWay) endProcess();
    process.exit(code);
  });
}

/** Takes what waits on the lifeline. Its socket has made reading it not wait, except on Windows. */
function drain(): void {
  if (process.platform === 'win32') return;
  const bytes = Buffer.alloc(64);
  try {
    while (readSync(lifeline, bytes) > 0);
  } catch {
    return; // Nothing more is there.
  }
  endProcess();
}

function endProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}
