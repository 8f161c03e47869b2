import type { SpooledText } from './spooledText';
import { charsIn } from './textBlocks';

/** A piece of a text: its size, and its lines. */
export type PlannedChunk = readonly [chars: number, start: number, end: number];

/** How many bytes are looked at at a time. */
const windowBytes = 1024 * 1024;

/** Splits a text at line ends into pieces of at most so many characters. A longer line is a piece of its own. */
export async function planChunks(
  text: SpooledText,
  maxChars: number,
  signal: AbortSignal,
): Promise<readonly PlannedChunk[]> {
  const plan = new ChunkPlanner(maxChars);
  // The length of a line that continues in the next window. It may be longer than a window.
  let begun = 0;
  for (let byte = 0; byte < text.bytes; byte += windowBytes) {
    signal.throwIfAborted();
    const window = await text.bytesBetween(byte, byte + windowBytes);
    let start = 0;
    for (let end = window.indexOf(0x0a) + 1; end > 0; end = window.indexOf(0x0a, start) + 1) {
      plan.addLine(begun + charsIn(window.subarray(start, end)));
      begun = 0;
      start = end;
    }
    begun += charsIn(window.subarray(start));
  }
  if (begun > 0) plan.addLine(begun);
  return plan.finish();
}

class ChunkPlanner {
  readonly #maxChars: number;
  readonly #chunks: PlannedChunk[] = [];
  #start = 1;
  #lines = 0;
  #chars = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** @param length in characters, with the line end. */
  addLine(length: number): void {
    if (this.#chars > 0 && this.#chars + length > this.#maxChars) this.#cut();
    this.#lines += 1;
    this.#chars += length;
  }

  finish(): readonly PlannedChunk[] {
    if (this.#chars > 0) this.#cut();
    return this.#chunks;
  }

  #cut(): void {
    this.#chunks.push([this.#chars, this.#start, this.#lines]);
    this.#start = this.#lines + 1;
    this.#chars = 0;
  }
}
