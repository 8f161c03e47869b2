import { isUtf8 } from 'node:buffer';
import { sep } from 'node:path';
import type { RepositoryPath } from '../repository';

/**
 * Turns the bytes of a file name into a path. Each byte that is not part of valid UTF-8 becomes a lone
 * surrogate U+DC80..U+DCFF, as Python's `surrogateescape` does it (PEP 383), so nothing is lost.
 */
export function decodePath(bytes: Buffer): RepositoryPath {
  const text = bytes.toString('utf8');
  // The slow way is only for texts with a replacement character, which is rare and may be real.
  if (!text.includes('\uFFFD') || isUtf8(bytes)) return text;
  const parts: string[] = [];
  for (let index = 0; index < bytes.length; ) {
    const length = sequenceLength(bytes, index);
    if (length === 0) {
      parts.push(String.fromCharCode(0xdc00 + bytes.readUInt8(index)));
      index += 1;
    } else {
      parts.push(bytes.toString('utf8', index, index + length));
      index += length;
    }
  }
  return parts.join('');
}

/** The bytes of a path; null when it has surrogates that do not stand for a byte: no file has that name. */
export function encodePath(path: RepositoryPath): Buffer | null {
  if (path.isWellFormed()) return Buffer.from(path, 'utf8');
  const parts: Buffer[] = [];
  for (const character of path) {
    const code = character.charCodeAt(0);
    if (character.length === 1 && code >= 0xd800 && code <= 0xdfff) {
      if (code < 0xdc80 || code > 0xdcff) return null;
      parts.push(Buffer.of(code - 0xdc00));
    } else {
      parts.push(Buffer.from(character, 'utf8'));
    }
  }
  return Buffer.concat(parts);
}

/**
 * The path of `relative` below `folder` in the form that `node:fs` needs: bytes where a name is not
 * UTF-8. Null when no file can have that name.
 */
export function absolutePath(folder: string, relative: RepositoryPath): string | Buffer | null {
  if (relative === '') return folder;
  const start = folder.endsWith(sep) ? folder : folder + sep;
  if (relative.isWellFormed()) return start + relative;
  const bytes = encodePath(relative);
  return bytes === null ? null : Buffer.concat([Buffer.from(start, 'utf8'), bytes]);
}

/** Bytes of the valid UTF-8 sequence at `index`, 0 when there is none (Unicode 16, table 3-7). */
function sequenceLength(bytes: Buffer, index: number): number {
  const first = bytes.readUInt8(index);
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return length > 0 && isUtf8(bytes.subarray(index, index + length)) ? length : 0;
}
