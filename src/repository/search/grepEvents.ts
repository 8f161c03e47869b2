import * as z from 'zod';
import { byteEncoding, decodeAs } from '../text/decodeText';

/** Text in ripgrep's JSON output: base64 if it is not UTF-8. */
const data = z.union([z.object({ text: z.string() }), z.object({ bytes: z.string() })]);

const beginSchema = z.object({ data: z.object({ path: data }) });
const lineSchema = z.object({
  data: z.object({
    lines: data,
    line_number: z.number(),
    submatches: z.array(z.object({ start: z.number() })),
  }),
});

/** The events of `rg --json` that matter here; the rest is a summary. */
export type GrepEventType = 'begin' | 'match' | 'context' | 'end';

/** The kind of an event, by the letter after `{"type":"`, so that most need not be parsed. */
export function grepEventType(record: Buffer): GrepEventType | null {
  switch (record[9]) {
    case 0x62:
      return 'begin';
    case 0x6d:
      return 'match';
    case 0x63:
      return 'context';
    case 0x65:
      return 'end';
    default:
      return null;
  }
}

/** The path that a `begin` event names. */
export function beginPath(record: Buffer): Buffer {
  const { path } = beginSchema.parse(json(record)).data;
  return 'text' in path ? Buffer.from(path.text, 'utf8') : Buffer.from(path.bytes, 'base64');
}

/** The line, or lines, of a `match` or `context` event. */
export interface EventLines {
  /** With its line end. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** The offset of the first submatch in `text`, in UTF-16 units; 0 for context. */
  readonly start: number;
}

export function eventLines(record: Buffer): EventLines {
  const short = record.length < longRecord ? null : throughFirstSubmatch(record);
  const { lines, line_number, submatches } = lineSchema.parse(json(short ?? record)).data;
  const offset = submatches[0]?.start ?? 0;
  if ('bytes' in lines) {
    const bytes = Buffer.from(lines.bytes, 'base64');
    const encoding = byteEncoding(bytes);
    const start = decodeAs(bytes.subarray(0, offset), encoding).length;
    return { text: decodeAs(bytes, encoding), line: line_number, start };
  }
  const { text } = lines;
  const start = Buffer.byteLength(text) === text.length ? offset : unitsBefore(text, offset);
  return { text, line: line_number, start };
}

function unitsBefore(text: string, offset: number): number {
  return Buffer.from(text, 'utf8').toString('utf8', 0, offset).length;
}

/** Larger events have their submatches cut: a minified line can have a million. */
const longRecord = 16_384;

/**
 * An unparsed record with only its first submatch; null when that has not come yet. Quotes within JSON strings are
 * escaped, so the two markers can only be the fields themselves.
 */
export function throughFirstSubmatch(record: Buffer): Buffer | null {
  const list = record.indexOf('"submatches":[');
  const start = list < 0 ? -1 : record.indexOf('"start":', list);
  const end = start < 0 ? -1 : record.indexOf('}', start);
  return end < 0 ? null : Buffer.concat([record.subarray(0, end + 1), Buffer.from(']}}')]);
}

function json(record: Buffer): unknown {
  return JSON.parse(record.toString('utf8'));
}
