import type { FileHandle } from 'node:fs/promises';
import { compareOrder, parseSideLine, type ReportOrder, type SideRecord } from './sideRecords';

/** A waiting text in a side file. */
export interface SideText {
  readonly order: ReportOrder;
  /** Its offset in the side file. */
  readonly offset: number;
  readonly length: number;
  /** What to write before it. */
  readonly lead: {
    /** An empty line. */
    readonly blankLine: boolean;
    /** The end of a fence that is still open, because the text before it is of another place. */
    readonly fenceEnds: boolean;
  };
}

/** The last text written to the report, or about to be. */
type Moved = Extract<SideRecord, { moved: unknown }>;

/** The content of a side file. */
interface Side {
  /** Path of the report; null when the file does not say. */
  readonly report: string | null;
  readonly texts: readonly (Pick<SideText, 'order' | 'offset' | 'length'> & {
    readonly block: boolean;
  })[];
  readonly moved: Moved | null;
  /** The end of the last complete record. */
  readonly end: number;
}

/** Reads the complete records of a side file. */
export async function readSide(file: FileHandle): Promise<Side> {
  const { size } = await file.stat();
  const texts: Side['texts'][number][] = [];
  let report: string | null = null;
  let moved: Moved | null = null;
  let offset = 0;
  while (offset < size) {
    const line = await lineAt(file, offset, size);
    const record = line === null ? null : parseSideLine(line);
    // The host was killed while it wrote this.
    if (line === null || record === null) break;
    offset += Buffer.byteLength(line) + 1;
    if ('report' in record) {
      report = record.report;
    } else if ('moved' in record) {
      moved = record;
    } else {
      const { order, block } = record;
      texts.push({ order, block, offset, length: Math.min(record.bytes, size - offset) });
      offset += record.bytes;
    }
  }
  return { report, texts, moved, end: Math.min(offset, size) };
}

/**
 * The texts that are not in the report yet, in order, with what the run would have written between them.
 * @param size of the report, in bytes.
 */
export function missingTexts(
  { texts, moved }: Pick<Side, 'texts' | 'moved'>,
  size: number,
): SideText[] {
  const sections = new Set(texts.filter(({ block }) => block).map(({ order }) => placeOf(order)));
  const sorted = texts.toSorted((one, other) => compareOrder(one.order, other.order));
  const missing: SideText[] = [];
  for (const { order, offset, length, block } of sorted) {
    const place = moved ? compareOrder(order, moved.moved) : 1;
    if (place < 0) continue;
    if (moved && place === 0) {
      const done = length - moved.left + Math.min(moved.left, Math.max(0, size - moved.at));
      if (done === length) continue;
      // The line ends before it belong to the same write.
      const blankLine = done === 0 && (block || moved.at > size);
      const lead = { blankLine, fenceEnds: done === 0 && block };
      missing.push({ order, offset: offset + done, length: length - done, lead });
      continue;
    }
    const before =
      missing.at(-1)?.order ?? (moved && follows(order, moved.moved) ? moved.moved : null);
    // The report may end with a section.
    const blankLine =
      block ||
      before === null ||
      (sections.has(placeOf(before)) && placeOf(before) !== placeOf(order));
    const fenceEnds = blankLine || !isWithin(order, before);
    missing.push({ order, offset, length, lead: { blankLine, fenceEnds } });
  }
  return missing;
}

/** Reads bytes; fewer at the end of the file. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** The section or part of a text. */
function placeOf(order: ReportOrder): string {
  return order.slice(0, -1).join('.');
}

/** True for the text right after another one of the same place. */
function follows(order: ReportOrder, before: ReportOrder): boolean {
  return placeOf(order) === placeOf(before) && (order.at(-1) ?? 0) === (before.at(-1) ?? 0) + 1;
}

/** True for a text in the place of another one, or in a place within that one. */
function isWithin(order: ReportOrder, before: ReportOrder): boolean {
  return before.slice(0, -1).every((position, index) => order[index] === position);
}

async function lineAt(file: FileHandle, offset: number, size: number): Promise<string | null> {
  for (let length = 512; ; length *= 4) {
    const bytes = await readAt(file, offset, Math.min(length, size - offset));
    const end = bytes.indexOf(0x0a);
    if (end >= 0) return bytes.toString('utf8', 0, end);
    if (length >= size - offset) return null;
  }
}
