import { isAscii } from 'node:buffer';
import type { WrittenText } from './textWriter';

/** A text in a file with its index. */
export interface TextBlocks extends Pick<WrittenText, 'bytes' | 'chars' | 'newlines' | 'index'> {
  readonly read: (start: number, end: number) => Promise<Buffer>;
}

/** The beginning and end of a block of the text. */
export interface TextBlock {
  readonly byte: number;
  readonly char: number;
  /** Line ends before it. */
  readonly newlines: number;
  readonly endByte: number;
  readonly endChar: number;
}

/** How many fields an entry of the index has: first byte, first character, line ends before it. */
const fields = 3;

/** The last block whose value in a field (0 byte, 1 character, 2 line ends) is at most that. */
export function blockOf(
  { index, bytes, chars }: TextBlocks,
  field: 0 | 1 | 2,
  most: number,
): TextBlock {
  let low = 0;
  let high = index.length / fields;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((index[fields * middle + field] ?? 0) <= most) low = middle;
    else high = middle;
  }
  const at = fields * low;
  return {
    byte: index[at] ?? 0,
    char: index[at + 1] ?? 0,
    newlines: index[at + 2] ?? 0,
    endByte: index[at + fields] ?? bytes,
    endChar: index[at + fields + 1] ?? chars,
  };
}

/** The byte offset of a character; the end of the text after the last one. */
export async function byteOfChar(text: TextBlocks, char: number): Promise<number> {
  if (char >= text.chars) return text.bytes;
  const block = blockOf(text, 1, char);
  const skip = char - block.char;
  if (block.endByte - block.byte === block.endChar - block.char) return block.byte + skip;
  const bytes = await text.read(block.byte, block.endByte);
  let at = 0;
  for (let left = skip; left > 0; left -= 1) at += bytesOfCharAt(bytes[at] ?? 0);
  return block.byte + at;
}

/** The byte offset of a line, counted from 1; the end of the text after the last one. */
export async function byteOfLine(text: TextBlocks, line: number): Promise<number> {
  if (line <= 1) return 0;
  if (line > text.newlines + 1) return text.bytes;
  // The line begins after this line end, which is in the last block with fewer line ends before it.
  const wanted = line - 1;
  const block = blockOf(text, 2, wanted - 1);
  const bytes = await text.read(block.byte, block.endByte);
  let at = -1;
  for (let found = block.newlines; found < wanted; found += 1) at = bytes.indexOf(0x0a, at + 1);
  return block.byte + at + 1;
}

/** The number of characters in UTF-8 that begins and ends between characters. */
export function charsIn(bytes: Buffer): number {
  if (isAscii(bytes)) return bytes.length;
  let count = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count += 1;
  return count;
}

export function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

/** The length of a character, by its first byte. */
function bytesOfCharAt(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
