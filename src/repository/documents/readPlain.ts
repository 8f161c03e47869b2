import type { FileHandle } from 'node:fs/promises';
import { detectEncoding, latinOfWindows } from '../text/decodeText';
import { Utf8Sequences } from '../text/utf8Sequences';
import { DocumentError } from './documentError';
import type { TextWriter } from './textWriter';

/** How many bytes are decoded at a time. */
const chunkBytes = 1024 * 1024;

/**
 * Reads a text file of any size and encoding.
 * @param writerOf makes the file for its text; called a second time if the first guess of the encoding was wrong.
 * @param onChunk called after each piece, as a sign of progress.
 * @throws {DocumentError} when it is binary.
 */
export async function readPlain(
  file: FileHandle,
  name: string,
  writerOf: () => Promise<TextWriter>,
  onChunk: () => void,
): Promise<TextWriter> {
  const probe = Buffer.alloc(8192);
  const { bytesRead } = await file.read(probe, 0, probe.length, 0);
  const encoding = detectEncoding(probe.subarray(0, bytesRead));
  if (encoding === null) {
    throw new DocumentError(
      `${name} is a binary file, not text. Convert it to text, PDF or Word (.docx) first.`,
    );
  }
  // The probe may end within a character, so try UTF-8 first even if it looks like Latin-1.
  const guess = encoding === 'windows-1252' ? 'utf-8' : encoding;
  try {
    const fatal = guess === 'utf-8';
    return await decodeInto(await writerOf(), file, onChunk, decoderOf(guess, fatal));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Not UTF-8 throughout: start again with the more likely encoding.
    const decode = (await isMoreLikeUtf8(file, onChunk))
      ? decoderOf('utf-8', false)
      : latinOfWindows;
    return await decodeInto(await writerOf(), file, onChunk, decode);
  }
}

type Decode = (bytes: Buffer, last: boolean) => string;

function decoderOf(encoding: string, fatal: boolean): Decode {
  const decoder = new TextDecoder(encoding, { fatal, ignoreBOM: true });
  return (bytes, last) => decoder.decode(bytes, { stream: !last });
}

/** Like `byteEncoding`, for a whole file. */
async function isMoreLikeUtf8(file: FileHandle, onChunk: () => void): Promise<boolean> {
  const sequences = new Utf8Sequences();
  for await (const bytes of chunksOf(file, onChunk)) sequences.add(bytes);
  sequences.end();
  return sequences.valid >= sequences.invalid;
}

async function decodeInto(
  writer: TextWriter,
  file: FileHandle,
  onChunk: () => void,
  decode: Decode,
): Promise<TextWriter> {
  try {
    for await (const bytes of chunksOf(file, onChunk)) {
      await writer.write(decode(bytes, bytes.length === 0));
    }
    return writer;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** The file in pieces, all in the same buffer; the last one is empty. */
async function* chunksOf(file: FileHandle, onChunk: () => void): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(chunkBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, position);
    onChunk();
    yield buffer.subarray(0, bytesRead);
    if (bytesRead === 0) return;
    position += bytesRead;
  }
}
