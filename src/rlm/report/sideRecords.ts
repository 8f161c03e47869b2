import * as z from 'zod';

/**
 * Where something stands in a report: its position in the part that it is in, after those of the parts
 * around it. Sorted by these, number by number, texts make the report.
 */
export type ReportOrder = readonly number[];

const order = z.array(z.number().int().min(0)).readonly();

/** What the side file of a report has: lines of JSON; after one with `bytes` come as many bytes of text. */
const sideRecordSchema = z.union([
  /** The first: the report that the file belongs to. */
  z.strictObject({ report: z.string() }),
  /** Text that waits for its turn. With `block` there is an empty line before it. */
  z.strictObject({ order, block: z.boolean(), bytes: z.number().int().min(0) }),
  /** The last `left` bytes of a text are about to be put in the report, from byte `at` of it. */
  z.strictObject({
    moved: order,
    at: z.number().int().min(0),
    left: z.number().int().min(0),
  }),
]);

export type SideRecord = z.infer<typeof sideRecordSchema>;

/** The line of a record, with its end. */
export function sideLine(record: SideRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Null when the line is not a whole record: the host was killed while it wrote it. */
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
