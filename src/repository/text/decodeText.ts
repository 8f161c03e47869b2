import { isUtf8 } from 'node:buffer';
import { Utf8Sequences } from './utf8Sequences';

/** How the bytes of a file were read as text. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Git's rule (buffer_is_binary in xdiff-interface.c): a NUL in the first 8,000 bytes means binary. */
const binaryProbeBytes = 8000;

/** The encoding of a text file, or null when it is binary. */
export function detectEncoding(bytes: Buffer): TextEncoding | null {
  if (bytes.length >= 2) {
    const mark = bytes.readUInt16BE(0);
    if (mark === 0xfffe) return 'utf-16le';
    if (mark === 0xfeff) return 'utf-16be';
  }
  const probe = bytes.subarray(0, binaryProbeBytes);
  if (probe.includes(0)) return utf16WithoutMark(bytes, probe);
  return byteEncoding(bytes);
}

/** The whole text: no byte order mark, and "\r\n" as "\n". Null when the file is binary. */
export function decodeText(bytes: Buffer): string | null {
  const encoding = detectEncoding(bytes);
  return encoding === null ? null : normalizeText(decodeAs(bytes, encoding));
}

/** Text as the repository shows it: without a byte order mark, lines ended by "\n". */
export function normalizeText(text: string): string {
  const unmarked = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return unmarked.includes('\r\n') ? unmarked.replaceAll('\r\n', '\n') : unmarked;
}

/**
 * The encoding of a few lines from a file with unknown encoding. A damaged byte or a cut character does not rule out
 * UTF-8, unless there are more of these than of valid characters.
 */
export function byteEncoding(bytes: Buffer): 'utf-8' | 'windows-1252' {
  if (isUtf8(bytes)) return 'utf-8';
  const sequences = new Utf8Sequences();
  sequences.add(bytes);
  sequences.end();
  return sequences.invalid > sequences.valid ? 'windows-1252' : 'utf-8';
}

/** In UTF-8, each invalid sequence becomes U+FFFD. */
export function decodeAs(bytes: Buffer, encoding: TextEncoding): string {
  switch (encoding) {
    case 'utf-8':
      return bytes.toString('utf8');
    case 'utf-16le':
      return bytes.toString('utf16le');
    case 'utf-16be':
      return Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le');
    case 'windows-1252':
      return latinOfWindows(bytes);
  }
}

/**
 * UTF-16 of mostly ASCII text has a NUL in every other byte: nearly always on one side, hardly ever on
 * the other. Binary formats don't keep that up for 8,000 bytes, nor decode without control characters.
 */
function utf16WithoutMark(bytes: Buffer, probe: Buffer): TextEncoding | null {
  if (bytes.length % 2 !== 0) return null;
  let even = 0;
  let odd = 0;
  for (let index = 0; index < probe.length; index += 1) {
    if (probe[index] === 0) {
      if (index % 2 === 0) even += 1;
      else odd += 1;
    }
  }
  const units = probe.length / 2;
  const encoding =
    odd > units * 0.5 && even < units * 0.02
      ? 'utf-16le'
      : even > units * 0.5 && odd < units * 0.02
        ? 'utf-16be'
        : null;
  if (encoding === null) return null;
  const text = decodeAs(probe.subarray(0, probe.length & ~1), encoding);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\0-\x08\x0e-\x1a\x1c-\x1f\uFFFE\uFFFF]/.test(text) ? null : encoding;
}

/** 0x80..0x9F of Windows-1252 (WHATWG Encoding); elsewhere it is Latin-1. */
const windows1252Specials =
  '\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F' +
  '\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178';

/**
 * Bytes of Windows-1252 as text. Not by TextDecoder: some releases of Node.js read "windows-1252" as
 * plain Latin-1 (nodejs/node#56542).
 */
export function latinOfWindows(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (character) =>
      windows1252Specials.charAt(character.charCodeAt(0) - 0x80),
    );
}

/** Text whose lines may have different encodings, like a diff of several files. */
export function decodeLines(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8').replaceAll('\r\n', '\n');
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const at = bytes.indexOf(0x0a, start);
    const end = at < 0 ? bytes.length : at + 1;
    const line = bytes.subarray(start, end);
    lines.push(decodeAs(line, byteEncoding(line)));
    start = end;
  }
  return lines.join('').replaceAll('\r\n', '\n');
}
