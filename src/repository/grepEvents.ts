import { z } from 'zod';

/** Text of ripgrep's JSON output: base64 where it is not UTF-8. */
const data = z.union([z.object({ text: z.string() }), z.object({ bytes: z.string() })]);

const beginSchema = z.object({ data: z.object({ path: data }) });
const lineSchema = z.object({
  data: z.object({
    lines: data,
    line_number: z.number(),
    submatches: z.array(z.object({ start: z.number() })),
  }),
});
const endSchema = z.object({ data: z.object({ binary_offset: z.number().nullable() }) });

/** What `rg --json` says, as far as it is used here. */
export type GrepEvent =
  | { readonly type: 'begin'; readonly path: Buffer }
  | {
      readonly type: 'match' | 'context';
      readonly lines: Buffer;
      readonly line: number;
      /** Byte offset of the first submatch in `lines`. */
      readonly offset: number;
    }
  /** `binaryOffset` is where the first NUL was, null for text. */
  | { readonly type: 'end'; readonly binaryOffset: number | null };

export type GrepEventType = GrepEvent['type'];

/** The kind of an event, told by the letter after `{"type":"` so that most need not be parsed. */
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

/** Parses an event whose kind is known. */
export function parseGrepEvent(type: GrepEventType, record: Buffer): GrepEvent {
  switch (type) {
    case 'begin':
      return { type, path: bytesOf(beginSchema.parse(json(record)).data.path) };
    case 'match':
    case 'context': {
      const event = lineSchema.parse(json(firstSubmatchOnly(record))).data;
      return {
        type,
        lines: bytesOf(event.lines),
        line: event.line_number,
        offset: event.submatches[0]?.start ?? 0,
      };
    }
    case 'end':
      return { type, binaryOffset: endSchema.parse(json(record)).data.binary_offset };
  }
}

/** Above this size of an event its submatches are cut; a minified line can have a million. */
const longRecord = 16_384;

/**
 * Drops all submatches but the first, unparsed. Quotes within JSON strings are escaped, so the two
 * markers can only be the fields themselves.
 */
function firstSubmatchOnly(record: Buffer): Buffer {
  if (record.length < longRecord) return record;
  const list = record.indexOf('"submatches":[');
  const start = list < 0 ? -1 : record.indexOf('"start":', list);
  const end = start < 0 ? -1 : record.indexOf('}', start);
  return end < 0 ? record : Buffer.concat([record.subarray(0, end + 1), Buffer.from(']}}')]);
}

function json(record: Buffer): unknown {
  return JSON.parse(record.toString('utf8'));
}

function bytesOf(value: z.infer<typeof data>): Buffer {
  return 'text' in value ? Buffer.from(value.text, 'utf8') : Buffer.from(value.bytes, 'base64');
}
