/** Lines of a file, 1-based and inclusive. */
export interface LinesOfFile {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** `12`, or `12-20` for several lines. */
export function lineRangeText(start: number, end: number): string {
  return start === end ? `${start}` : `${start}-${end}`;
}

/** A place as answers cite it: `src/a.ts:12`, `src/a.ts:12-20`. */
export function placeText({ path, start, end }: LinesOfFile): string {
  return `${path}:${lineRangeText(start, end)}`;
}
