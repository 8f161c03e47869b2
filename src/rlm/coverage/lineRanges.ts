/** A set of lines, as sorted ranges that don't touch. */
export class LineRanges {
  /** The first and last lines in turn: start, end, start, end, ... */
  readonly #bounds: number[] = [];

  /** The number of ranges. */
  get count(): number {
    return this.#bounds.length / 2;
  }

  /**
   * Adds lines `start..end`, 1-based and inclusive; false when none is new. Cheap at the end, where most are added.
   */
  add(start: number, end: number): boolean {
    if (end < start) return false;
    const bounds = this.#bounds;
    const last = bounds.at(-1);
    if (last === undefined || start > last + 1) {
      bounds.push(start, end);
      return true;
    }
    // The ranges from `first` to before `after` touch the new one and are merged with it.
    const first = this.#firstEndingAt(start - 1);
    let after = first;
    let from = start;
    let to = end;
    for (; after < this.count && (bounds[2 * after] ?? 0) <= end + 1; after += 1) {
      from = Math.min(from, bounds[2 * after] ?? from);
      to = Math.max(to, bounds[2 * after + 1] ?? to);
    }
    if (after === first + 1 && from === bounds[2 * first] && to === bounds[2 * first + 1])
      return false;
    bounds.splice(2 * first, 2 * (after - first), from, to);
    return true;
  }

  has(line: number): boolean {
    return this.hasAny(line, line);
  }

  /** Whether any of the lines `start..end` is there. */
  hasAny(start: number, end: number): boolean {
    const index = this.#firstEndingAt(start);
    return index < this.count && (this.#bounds[2 * index] ?? 0) <= end;
  }

  /** The ranges as `[start, end]`, at most `most`. */
  ranges(most = Number.POSITIVE_INFINITY): [start: number, end: number][] {
    const ranges: [number, number][] = [];
    for (let i = 0; i < Math.min(this.count, most); i++) {
      ranges.push([this.#bounds[2 * i] ?? 0, this.#bounds[2 * i + 1] ?? 0]);
    }
    return ranges;
  }

  /** Index of the first range that ends at the line or after it. */
  #firstEndingAt(line: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#bounds[2 * middle + 1] ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
