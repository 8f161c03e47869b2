import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** How often to check a pipe that has no writer yet, in milliseconds. */
const retryMs = 50;

/**
 * Reads a named pipe, as made by `mkfifo` and the shell's `<(command)`. It waits without a thread: a thread that waits
 * for a pipe in `open` or `read` can't be stopped, and neither can its process.
 */
export function pipeStream(path: string, signal: AbortSignal): Readable {
  return Readable.from(bytesOf(path, signal), { objectMode: false });
}

async function* bytesOf(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  // Linux does not report an end before there was a writer. Elsewhere an end counts only after some data.
  const waits = process.platform !== 'linux' && !path.startsWith('/dev/fd/');
  for (let some = false; ; ) {
    for await (const chunk of openPipe(path, signal)) {
      some = true;
      yield chunk;
    }
    if (some || !waits) return;
    await setTimeout(retryMs, undefined, { signal });
  }
}

function openPipe(path: string, signal: AbortSignal): Socket {
  // Synchronous, as a file opened by promise belongs to its handle, and the socket must own this one.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return new Socket({ fd, readable: true, writable: false, signal });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
