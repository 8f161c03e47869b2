/** A place in a text that cites lines of a file. */
export interface CitationMark {
  readonly path: string;
  /** 1-based, inclusive. */
  readonly start: number;
  readonly end: number;
  /** Where it stands in the text: offset and length, in UTF-16 code units. */
  readonly index: number;
  readonly length: number;
  /** A path that may be meant in its place, if there is such a file: `图表chart.ts` for `chart.ts`. */
  readonly longer: { readonly path: string; readonly index: number } | null;
  /** Nothing but a file of that name makes it a citation: `a.b`, line 12. */
  readonly isGuess: boolean;
  /** What `path:start-end` takes the place of; null where a link needs the form that it has. */
  readonly form: WrittenForm | null;
}

/** A part of a text that `before`, `path:start-end` and `after` take the place of. */
export interface WrittenForm {
  readonly index: number;
  readonly length: number;
  readonly before: string;
  readonly after: string;
}
