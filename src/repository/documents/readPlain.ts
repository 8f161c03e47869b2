import { open } from 'node:fs/promises';
import { detectEncoding, latinOfWindows } from '../decodeText';
import { DocumentError } from './documentError';
import type { TextWriter } from './textWriter';

/** Bytes that are decoded at a time. */
const chunkBytes = 1024 * 1024;

/**
 * Reads a text file of any size and encoding.
 * @param writerOf makes the file for its text anew: a second time when the first guess was wrong.
 * @param onChunk told after each piece, so that whoever waits knows that it goes on.
 * @throws {DocumentError} when it is binary.
 */
export async function readPlain(
  path: string,
  name: string,
  writerOf: () => Promise<TextWriter>,
  onChunk: () => void,
): Promise<TextWriter> {
  const file = await open(path);
  try {
    const probe = Buffer.alloc(8192);
    const { bytesRead } = await file.read(probe, 0, probe.length, 0);
    const encoding = detectEncoding(probe.subarray(0, bytesRead));
    if (encoding === null) {
      throw new DocumentError(
        `${name} is a binary file, not text. Convert it to text, PDF or Word (.docx) first.`,
      );
    }
    // The probe may end within a character, so UTF-8 is tried first also where it looks like Latin-1.
    const guess = encoding === 'windows-1252' ? 'utf-8' : encoding;
    try {
      const decoder = new TextDecoder(guess, { fatal: guess === 'utf-8', ignoreBOM: true });
      return await decodeInto(await writerOf(), file, (bytes, last) => {
        onChunk();
        return decoder.decode(bytes, { stream: !last });
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // Not UTF-8 from some point on: begun again, as bytes of one character each.
      return await decodeInto(await writerOf(), file, (bytes) => {
        onChunk();
        return latinOfWindows(bytes);
      });
    }
  } finally {
    await file.close();
  }
}

async function decodeInto(
  writer: TextWriter,
  file: Awaited<ReturnType<typeof open>>,
  decode: (bytes: Buffer, last: boolean) => string,
): Promise<TextWriter> {
  try {
    const buffer = Buffer.alloc(chunkBytes);
    for (let position = 0; ; ) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, position);
      await writer.write(decode(buffer.subarray(0, bytesRead), bytesRead === 0));
      if (bytesRead === 0) return writer;
      position += bytesRead;
    }
  } catch (error) {
    await writer.close();
    throw error;
  }
}
