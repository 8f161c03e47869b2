import { pageBytes } from './guestMemory';

/**
 * A Python that has started, imported its libraries and Fathom's runtime, and was stopped there.
 *
 * As a file: 32-bit numbers (magic, pages, `start`, bytes of the trampoline, count of runs, then first page
 * and count of each run), filled up to a whole page, with the trampoline behind them, then the pages of
 * memory that are not all zero.
 */
export interface KernelImage {
  /** Pages of memory, zero ones included. */
  readonly pageCount: number;
  /** Address of a C string: the Python that goes on from here. */
  readonly start: number;
  /** A WebAssembly module that Pyodide makes when it starts: it calls functions of any type. */
  readonly trampoline: Uint8Array<ArrayBuffer>;
  /** Runs of pages that are not all zero: first page and count. */
  readonly runs: readonly (readonly [first: number, count: number])[];
  /** Their bytes. */
  readonly pages: Uint8Array;
}

const magic = 0x4d485446;
const headerNumbers = 5;

/** The image as bytes of a file. */
export function encodeImage(
  memory: Uint8Array,
  start: number,
  trampoline: Uint8Array,
): readonly Uint8Array[] {
  const runs: [number, number][] = [];
  const parts: Uint8Array[] = [];
  const pageCount = memory.length / pageBytes;
  for (let page = 0; page < pageCount; page += 1) {
    const bytes = memory.subarray(page * pageBytes, (page + 1) * pageBytes);
    if (bytes.every((byte) => byte === 0)) continue;
    parts.push(bytes);
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === page) last[1] += 1;
    else runs.push([page, 1]);
  }
  const numbers = new Uint32Array([
    magic,
    pageCount,
    start,
    trampoline.length,
    runs.length,
    ...runs.flat(),
  ]);
  const size = numbers.byteLength + trampoline.length;
  const header = new Uint8Array(Math.ceil(size / pageBytes) * pageBytes);
  header.set(new Uint8Array(numbers.buffer));
  header.set(trampoline, numbers.byteLength);
  return [header, ...parts];
}

/** @throws {Error} when the file is not an image. */
export function decodeImage(file: Uint8Array): KernelImage {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const number = (i: number): number => view.getUint32(4 * i, true);
  if (number(0) !== magic) throw new Error('This is not the image of a Python.');
  const runCount = number(4);
  const runs = Array.from({ length: runCount }, (_, i) => {
    const at = headerNumbers + 2 * i;
    return [number(at), number(at + 1)] as const;
  });
  const trampolineAt = 4 * (headerNumbers + 2 * runCount);
  const headerEnd = trampolineAt + number(3);
  return {
    pageCount: number(1),
    start: number(2),
    trampoline: new Uint8Array(file.subarray(trampolineAt, headerEnd)),
    runs,
    pages: file.subarray(Math.ceil(headerEnd / pageBytes) * pageBytes),
  };
}

/** Puts the image's pages into a memory that is all zero and large enough. */
export function restoreImage(image: KernelImage, memory: Uint8Array): void {
  let at = 0;
  for (const [first, count] of image.runs) {
    memory.set(image.pages.subarray(at, at + count * pageBytes), first * pageBytes);
    at += count * pageBytes;
  }
}
