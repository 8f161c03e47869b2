/** A section as the code of a run and views see it. */
export interface ReportSection {
  readonly id: number;
  readonly title: string;
  /** Of its heading: 1 to 6. */
  readonly level: number;
  /** Characters, without the heading. */
  readonly chars: number;
  readonly open: boolean;
  /** Where its heading begins in the report file, in bytes; null while it waits for its turn. */
  readonly at: number | null;
}

/** How far a report is. */
export interface ReportProgress {
  /** The file with all that is finished, from the beginning of the report. */
  readonly path: string;
  /** Bytes of that file. */
  readonly bytes: number;
  readonly sections: number;
  /** Sections that are not written yet. */
  readonly openSections: number;
  /**
   * Why the last write failed, or why the report is not where it was to be; null when all is well. What was
   * written before it is kept.
   */
  readonly problem: string | null;
  /**
   * All sections as they are now, in the order of the report: reserved ones, too. Those with a place in the
   * file come first, by place.
   */
  readonly outline: () => readonly ReportSection[];
}
