/** A section of which the report file has the heading. */
export interface ReportHeading {
  /** Of the section. */
  readonly id: number;
  /** Where it begins in the report file, in bytes. */
  readonly at: number;
}

/** The headings that a report file has, by place: what a piece of the file has costs only what is in it. */
export class ReportHeadings {
  readonly #sorted: ReportHeading[] = [];

  /** Notes the heading that the file has got last, behind all others. */
  add(heading: ReportHeading): void {
    this.#sorted.push(heading);
  }

  /**
   * Those that begin in bytes [from, to) of the file, in order. A property, and bound to nothing else: who
   * keeps it for later does not keep the run.
   */
  readonly between = (from: number, to: number): readonly ReportHeading[] =>
    this.#sorted.slice(this.#firstFrom(from), this.#firstFrom(to));

  /** How many begin before a byte. */
  #firstFrom(byte: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle]?.at ?? byte) < byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
