/** Where in a document's text a page or cell begins, for people who look it up in the document itself. */
export interface PlaceMark {
  /** 1-based line of the text. */
  readonly line: number;
  /** As a person says it: `page 12`, `cell 3`. */
  readonly label: string;
}

/** The page or cell that a line is in; null before the first, and in texts that have none. */
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
