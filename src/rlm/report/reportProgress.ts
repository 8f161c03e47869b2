/** A section of a report, for code and views. */
export interface ReportSection {
  readonly id: number;
  readonly title: string;
  /** The level of its heading, 1 to 6. */
  readonly level: number;
  /** Characters, without the heading. */
  readonly chars: number;
  readonly open: boolean;
  /** The offset of its heading in the report file, in bytes; null while it waits for its turn. */
  readonly at: number | null;
}

/** The progress of a report. */
export interface ReportProgress {
  /** The file with the finished beginning of the report. */
  readonly path: string;
  /** Bytes of that file. */
  readonly bytes: number;
  readonly sections: number;
  /** Sections that are not written yet. */
  readonly openSections: number;
  /**
   * Why the last write failed, or why the report is not in its intended place; null when all is well. Everything
   * written before is kept.
   */
  readonly problem: string | null;
  /**
   * All sections of this moment, in the order of the report, including reserved ones. Those in the file come first, by
   * offset.
   */
  readonly outline: () => readonly ReportSection[];
}
