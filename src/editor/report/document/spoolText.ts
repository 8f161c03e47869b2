import { open } from 'node:fs/promises';

/**
 * Reads from a growing file of UTF-8 text, and never ends in the middle of a character or a CRLF.
 * @param from in bytes, at the start of a character.
 * @param most in bytes, at least 4.
 * @returns fewer bytes at the end of the file; none if there is no whole character yet.
 */
export async function readWholeCharacters(
  path: string,
  from: number,
  most: number,
): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(most), 0, most, from);
    return buffer.subarray(0, wholeLength(buffer, bytesRead));
  } finally {
    await file.close();
  }
}

/** The length of the whole characters in the first bytes. */
function wholeLength(bytes: Buffer, length: number): number {
  // A character has at most four bytes; the first one says how many.
  for (let back = 1; back <= Math.min(4, length); back++) {
    const byte = bytes[length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const whole = size > back ? length - back : length;
    return whole > 1 && bytes[whole - 1] === carriageReturn ? whole - 1 : whole;
  }
  return length;
}

const carriageReturn = 0x0d;
