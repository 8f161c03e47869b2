import { isAscii } from 'node:buffer';
import { OpenFence } from './openFence';
import { SafePlace } from './safePlace';
import type { ReportOrder } from './sideRecords';

/** Bytes that wait in the side file until all before them is there. */
export interface WaitingPiece {
  readonly order: ReportOrder;
  /** It begins with the heading of its place, which is not in the report file yet. */
  block: boolean;
  /** Where in the side file it is, without what was copied already. */
  offset: number;
  length: number;
}

/** What a part of the report has, with all that is in it. */
export interface ReportCounts {
  /** Characters, without headings. */
  readonly chars: number;
  readonly sections: number;
  /** Sections that are not finished. */
  readonly open: number;
}

/** A part of the report that is written in order: a section, or what one completion writes. */
export class ReportPlace {
  readonly id: number;
  readonly parent: ReportPlace | null;
  /** Null for what a completion writes. */
  readonly title: string | null;
  readonly level: number;
  /** Where it stands: the positions of its ancestors and itself, each in its parent. */
  order: ReportOrder = [];
  /** What could not be put in the report file yet, from `next` on. */
  readonly waiting: (WaitingPiece | ReportPlace)[] = [];
  next = 0;
  chars = 0;
  open = true;
  /** False once it was found that nobody did. */
  written = true;
  /** Where its heading is in the report file. */
  at: number | null = null;
  /** Of its own text. */
  readonly fence = new OpenFence();
  /** Makes its text safe. */
  readonly safe: SafePlace;
  /** In order; all, for the table of contents. */
  readonly places: ReportPlace[] = [];
  #counts: ReportCounts = { chars: 0, sections: 0, open: 0 };
  /** Positions handed out. */
  #positions = 0;

  constructor(id: number, parent: ReportPlace | null, title: string | null, level: number) {
    this.id = id;
    this.parent = parent;
    this.title = title;
    this.level = level;
    // A section begins with its heading, the report with nothing before it.
    this.safe = new SafePlace(parent !== null && title === null);
  }

  get isWaiting(): boolean {
    return this.next < this.waiting.length;
  }

  /** The position of what comes next in it. */
  nextOrder(): ReportOrder {
    return [...this.order, this.#positions++];
  }

  /** Of it and all in it. */
  get counts(): ReportCounts {
    return this.#counts;
  }

  /** Notes that it has more of something, and with it all that it is in: nobody has to add up sections. */
  count({ chars = 0, sections = 0, open = 0 }: Partial<ReportCounts>): void {
    for (let place: ReportPlace | null = this; place; place = place.parent) {
      const { chars: had, sections: all, open: unfinished } = place.#counts;
      place.#counts = { chars: had + chars, sections: all + sections, open: unfinished + open };
    }
  }

  /** Notes that text was written to it. */
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

/** Something was written to a section that is closed or is not there. */
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

/** Unicode characters of valid UTF-8. */
function countCharacters(bytes: Buffer): number {
  if (isAscii(bytes)) return bytes.length;
  let count = 0;
  // Not `for of`: its iterator makes an object for every byte.
  for (let i = 0; i < bytes.length; i++) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) count += 1;
  return count;
}
