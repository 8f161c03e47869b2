import type { SpooledText } from './spooledText';
import { charsIn } from './textBlocks';

/** A piece of a text: its size, and its lines. */
export type PlannedChunk = readonly [chars: number, start: number, end: number];

/** Bytes that are looked at at a time. */
const windowBytes = 1024 * 1024;

/** Cuts a text on line ends into pieces of at most so many characters; a longer line is a piece of its own. */
export async function planChunks(
  text: SpooledText,
  maxChars: number,
  signal: AbortSignal,
): Promise<readonly PlannedChunk[]> {
  const chunks: PlannedChunk[] = [];
  let start = 1;
  let chars = 0;
  for (let line = 1; line <= text.lines; ) {
    signal.throwIfAborted();
    const window = await text.linesFrom(line, windowBytes);
    for (const length of lineLengths(window.text)) {
      if (chars > 0 && chars + length > maxChars) {
        chunks.push([chars, start, line - 1]);
        start = line;
        chars = 0;
      }
      chars += length;
      line += 1;
    }
  }
  if (chars > 0) chunks.push([chars, start, text.lines]);
  return chunks;
}

/** Characters of each line, its end included. */
function* lineLengths(bytes: Buffer): Generator<number> {
  for (let start = 0; start < bytes.length; ) {
    const at = bytes.indexOf(0x0a, start);
    const end = at < 0 ? bytes.length : at + 1;
    yield charsIn(bytes.subarray(start, end));
    start = end;
  }
}
