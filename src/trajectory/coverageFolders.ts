import type { SeenFile, SeenHow } from './events';
import { type CoverageRow, coverageRows } from './viewProtocol';

/** The steps from rough to close. */
const seenSteps: readonly SeenHow[] = ['listed', 'matched', 'read', 'sent'];

const mostRanges = 50;

type Counts = Record<SeenHow, number>;

interface File {
  step: number;
  /** Lines seen at each step. */
  readonly ranges: [number, number][][];
}

/** Which files a run saw and how closely, grouped by folder. */
export class CoverageFolders {
  readonly #files = new Map<string, File>();
  /** The children of each folder. The root is ""; other folders end in a slash. */
  readonly #children = new Map<string, Set<string>>();
  readonly #counts = new Map<string, Counts>();

  /** Files seen at all. */
  get size(): number {
    return this.#files.size;
  }

  add(seen: readonly SeenFile[]): void {
    for (const file of seen) this.#addOne(file);
  }

  /** The entries of a folder, the most closely seen first, at most `coverageRows`. */
  rows(folder: string): { readonly rows: readonly CoverageRow[]; readonly omitted: number } {
    const paths = [...(this.#children.get(folder) ?? [])];
    const weigh = (path: string) => {
      const { sent, read, matched, listed } = this.#counts.get(path) ?? noCounts();
      return [sent, read, matched, listed] as const;
    };
    const weighed = paths.map((path) => ({ path, weight: weigh(path) }));
    weighed.sort(
      (a, b) =>
        b.weight[0] - a.weight[0] ||
        b.weight[1] - a.weight[1] ||
        b.weight[2] - a.weight[2] ||
        b.weight[3] - a.weight[3] ||
        (a.path < b.path ? -1 : 1),
    );
    const rows = weighed.slice(0, coverageRows).map(({ path }) => this.#row(path));
    return { rows, omitted: Math.max(0, paths.length - coverageRows) };
  }

  #row(path: string): CoverageRow {
    const counts = this.#counts.get(path) ?? noCounts();
    const file = this.#files.get(path);
    if (!file) return { path, counts: { ...counts } };
    const closest = file.ranges.findLast((ranges) => ranges.length > 0) ?? [];
    return { path, counts: { ...counts }, ranges: merged(closest).slice(0, mostRanges) };
  }

  #addOne({ path, how, start, end }: SeenFile): void {
    const step = seenSteps.indexOf(how);
    let file = this.#files.get(path);
    if (!file) {
      file = { step: -1, ranges: seenSteps.map(() => []) };
      this.#files.set(path, file);
      this.#hang(path);
    }
    if (start !== undefined && end !== undefined) file.ranges[step]?.push([start, end]);
    for (let passed = file.step + 1; passed <= step; passed++) {
      const name = seenSteps[passed];
      if (name) for (const place of placesOf(path)) this.#count(place)[name] += 1;
    }
    file.step = Math.max(file.step, step);
  }

  #count(place: string): Counts {
    const counts = this.#counts.get(place) ?? noCounts();
    this.#counts.set(place, counts);
    return counts;
  }

  #hang(path: string): void {
    let parent = '';
    for (const place of placesOf(path).slice(1)) {
      const children = this.#children.get(parent) ?? new Set();
      this.#children.set(parent, children.add(place));
      parent = place;
    }
  }
}

/** The root, the folders on the way, and the file itself. */
function placesOf(path: string): string[] {
  const places = [''];
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    places.push(path.slice(0, slash + 1));
  }
  places.push(path);
  return places;
}

function noCounts(): Counts {
  return { listed: 0, matched: 0, read: 0, sent: 0 };
}

/** Sorted ranges, with those that touch merged. */
function merged(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const result: [number, number][] = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1] + 1) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
