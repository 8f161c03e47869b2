import { isAscii } from 'node:buffer';
import { OpenFence } from './openFence';
import { SafePlace } from './safePlace';
import type { ReportOrder } from './sideRecords';

/** Bytes that wait in the side file until everything before them is in the report. */
export interface WaitingPiece {
  readonly order: ReportOrder;
  /** Whether it begins with the heading of its place, which is not in the report file yet. */
  block: boolean;
  /** Its offset in the side file, after what was copied already. */
  offset: number;
  length: number;
}

/** Counts of a part of the report, with everything in it. */
export interface ReportCounts {
  /** Characters, without headings. */
  readonly chars: number;
  readonly sections: number;
  /** Sections that are not finished. */
  readonly open: number;
}

/** A part of the report: a section, or everything that one completion writes. */
export class ReportPlace {
  readonly id: number;
  readonly parent: ReportPlace | null;
  /** Null for a completion's part. */
  readonly title: string | null;
  readonly level: number;
  /** The positions of its ancestors and itself, each in its parent. */
  order: ReportOrder = [];
  /** What waits for the report file, from `next` on. */
  readonly waiting: (WaitingPiece | ReportPlace)[] = [];
  next = 0;
  chars = 0;
  open = true;
  /** False once it turned out that nobody wrote it. */
  written = true;
  /** The offset of its heading in the report file; null while it waits. */
  at: number | null = null;
  /** Follows code fences in its own text. */
  readonly fence = new OpenFence();
  /** Makes its text safe. */
  readonly safe: SafePlace;
  /** All places in it, in order, for the table of contents. */
  readonly places: ReportPlace[] = [];
  #counts: ReportCounts = { chars: 0, sections: 0, open: 0 };
  /** How many positions were assigned. */
  #positions = 0;

  constructor(id: number, parent: ReportPlace | null, title: string | null, level: number) {
    this.id = id;
    this.parent = parent;
    this.title = title;
    this.level = level;
    // A section begins with its heading, and the report has nothing before it.
    this.safe = new SafePlace(parent !== null && title === null);
  }

  get isWaiting(): boolean {
    return this.next < this.waiting.length;
  }

  /** The order of its next piece. */
  nextOrder(): ReportOrder {
    return [...this.order, this.#positions++];
  }

  /** Counts of it and everything in it. */
  get counts(): ReportCounts {
    return this.#counts;
  }

  /** Adds to the counts of it and of everything that it is in, so that nobody has to sum up sections. */
  count({ chars = 0, sections = 0, open = 0 }: Partial<ReportCounts>): void {
    for (let place: ReportPlace | null = this; place; place = place.parent) {
      const { chars: had, sections: all, open: unfinished } = place.#counts;
      place.#counts = { chars: had + chars, sections: all + sections, open: unfinished + open };
    }
  }

  /** Notes text that was written to it. */
  wrote(text: Buffer): void {
    const chars = countCharacters(text);
    this.chars += chars;
    this.count({ chars });
  }

  isIn(other: ReportPlace): boolean {
    for (let place: ReportPlace | null = this; place; place = place.parent) {
      if (place === other) return true;
    }
    return false;
  }
}

/** A write to a section that is closed or does not exist. */
export class ReportOrderError extends Error {
  override readonly name = 'ReportOrderError';

  constructor(title: string | null) {
    super(
      title === null
        ? 'There is no such section in this report, or its part is finished.'
        : `The section "${title}" is finished; write to another one.`,
    );
  }
}

/** `## Limits`. @param level 1 to 6 */
export function sectionHeading(title: string, level: number): string {
  return `${'#'.repeat(level)} ${title}`;
}

/** The number of Unicode characters in valid UTF-8. */
function countCharacters(bytes: Buffer): number {
  if (isAscii(bytes)) return bytes.length;
  let count = 0;
  // Not `for of`, whose iterator makes an object for every byte.
  for (let i = 0; i < bytes.length; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) count += 1;
  return count;
}
