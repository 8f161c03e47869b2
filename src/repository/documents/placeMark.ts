/** The start of a page or cell in a document's text. */
export interface PlaceMark {
  /** 1-based line of the text. */
  readonly line: number;
  /** Its name for people: `page 12`, `cell 3`. */
  readonly label: string;
}

/** The page or cell of a line; null before the first one, and in texts without any. */
export function placeOfLine(marks: readonly PlaceMark[], line: number): string | null {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.line ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return marks[low - 1]?.label ?? null;
}
