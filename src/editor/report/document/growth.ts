import type { ReportSection } from '../../../rlm/report/reportProgress';
import { type PartLimits, type PartSize, partEnd } from './partEnd';

/** A text to append to a document. */
export interface Growth {
  /** Its pieces: the text before the first heading, then section by section. */
  readonly pieces: readonly GrowthPiece[];
  /** Its length in the report file. */
  readonly bytes: number;
}

interface GrowthPiece {
  /** The section that begins here; null when none does. */
  readonly section: number | null;
  readonly text: string;
}

/**
 * Bytes of the report file as text.
 * @param from their offset in it.
 * @param sections all sections, in the order of the report. Only those in the bytes cost time.
 */
export function growthOf(bytes: Buffer, from: number, sections: readonly ReportSection[]): Growth {
  const begun = sections
    .slice(firstFrom(sections, from), firstFrom(sections, from + bytes.length))
    .flatMap(({ id, at }) => (at === null ? [] : [{ id, at }]));
  const ends = [...begun.map(({ at }) => at - from), bytes.length];
  const starts = [{ id: null, at: from }, ...begun];
  const pieces = starts.map(({ id, at }, index) => ({
    section: id,
    text: bytes.toString('utf8', at - from, ends[index]),
  }));
  return {
    pieces: pieces.filter(({ section, text }) => section !== null || text !== ''),
    bytes: bytes.length,
  };
}

/** The first section that begins at a byte or after it. Sections that wait come last. */
function firstFrom(sections: readonly ReportSection[], byte: number): number {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sections[middle]?.at ?? byte) < byte) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As much of a growth as fits into a document; the same object if all of it does. */
export function fitting(growth: Growth, size: PartSize, limits: PartLimits): Growth {
  const text = growth.pieces.map((piece) => piece.text).join('');
  const headings: number[] = [];
  let offset = 0;
  for (const piece of growth.pieces) {
    if (piece.section !== null) headings.push(offset);
    offset += piece.text.length;
  }
  const end = partEnd(text, headings, size, limits);
  if (end === text.length) return growth;
  const pieces: GrowthPiece[] = [];
  let left = end;
  for (const piece of growth.pieces) {
    if (left <= 0) break;
    pieces.push({ section: piece.section, text: piece.text.slice(0, left) });
    left -= piece.text.length;
  }
  return { pieces, bytes: Buffer.byteLength(text.slice(0, end)) };
}
