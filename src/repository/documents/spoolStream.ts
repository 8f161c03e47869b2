import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { tooLarge } from './documentError';

/**
 * Writes a stream to a file.
 * @throws {DocumentError} as soon as there are too many bytes: the stream may have no end.
 * @throws the signal's reason when that aborts.
 */
export async function spoolStream(
  stream: Readable,
  name: string,
  target: string,
  mostBytes: number,
  signal: AbortSignal,
): Promise<void> {
  await pipeline(
    stream,
    async function* bounded(chunks: AsyncIterable<Buffer | string>) {
      let bytes = 0;
      for await (const chunk of chunks) {
        bytes += Buffer.byteLength(chunk);
        if (bytes > mostBytes) throw tooLarge(name, mostBytes);
        yield chunk;
      }
    },
    createWriteStream(target, { mode: 0o600 }),
    { signal },
  );
}
