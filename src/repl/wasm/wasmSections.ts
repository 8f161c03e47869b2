const headerBytes = 8;
const customSection = 0;
const dataSection = 11;
const dataCountSection = 12;

/**
 * A WebAssembly program without its data and its names: the image that was made from it has the data.
 * Otherwise it is unchanged.
 */
export function withoutData(program: Uint8Array): Buffer {
  const parts = [program.subarray(0, headerBytes)];
  let at = headerBytes;
  while (at < program.length) {
    const start = at;
    const kind = program[at];
    const { value: size, next } = readUnsigned(program, at + 1);
    at = next + size;
    if (kind === customSection || kind === dataSection || kind === dataCountSection) continue;
    parts.push(program.subarray(start, at));
  }
  return Buffer.concat(parts);
}

/** A number in LEB128. */
function readUnsigned(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  let shift = 0;
  for (let next = at; ; next += 1) {
    const byte = bytes[next];
    if (byte === undefined) throw new Error('The WebAssembly program is cut short.');
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (byte < 0x80) return { value, next: next + 1 };
  }
}
