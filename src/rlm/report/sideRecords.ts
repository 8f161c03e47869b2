import * as z from 'zod';

/**
 * The place of something in a report: the positions of the parts around it, from the outermost, then its own. Texts
 * sorted by these, number by number, make the report.
 */
export type ReportOrder = readonly number[];

const order = z.array(z.number().int().min(0)).readonly();

/** The records of a side file: lines of JSON. One with `bytes` is followed by as many bytes of text. */
const sideRecordSchema = z.union([
  /** The first record: the report that the file belongs to. */
  z.strictObject({ report: z.string() }),
  /** Text that waits for its turn. With `block` it has an empty line before it. */
  z.strictObject({ order, block: z.boolean(), bytes: z.number().int().min(0) }),
  /** The last `left` bytes of a text are about to be written to the report, at byte `at`. */
  z.strictObject({
    moved: order,
    at: z.number().int().min(0),
    left: z.number().int().min(0),
  }),
]);

export type SideRecord = z.infer<typeof sideRecordSchema>;

/** A record as a line, with its line end. */
export function sideLine(record: SideRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Null for an incomplete record, written when the host was killed. */
export function parseSideLine(line: string): SideRecord | null {
  try {
    return sideRecordSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

export function compareOrder(one: ReportOrder, other: ReportOrder): number {
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
