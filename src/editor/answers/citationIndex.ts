import { fenceAfter } from '../../ground/markdown/fenceAfter';
import type { CitationMark } from '../../rlm/citations/citationMark';
import { findCitations } from '../../rlm/citations/findCitations';

/** The lines of a document. */
export interface Lines {
  readonly lineCount: number;
  lineAt(line: number): { readonly text: string };
}

/** One change of a document: lines `first` to `last`, counted before the change, became `lines` lines. */
export interface LineChange {
  readonly first: number;
  readonly last: number;
  readonly lines: number;
}

/** A citation with its line, counted from 0; its `index` is within that line. */
export interface CitationInLine extends CitationMark {
  readonly line: number;
}

/** How many lines are searched at once. */
const stretchLines = 1000;

/** Consecutive lines of the document. */
interface Stretch {
  readonly count: number;
  /** The marks of the code fences open before and after them; "" for none. */
  readonly opens: string;
  readonly closes: string;
  /** With lines counted from the stretch's first. Null when the lines must be searched (again). */
  readonly citations: readonly CitationInLine[] | null;
}

/**
 * The citations of a changing document. Only changed lines are searched again, and those after them if a code
 * fence makes a difference: a document of many megabytes may grow at its end.
 */
export class CitationIndex {
  #stretches: readonly Stretch[] = [];

  /** @param lineCount of the document now. */
  constructor(lineCount: number) {
    this.#stretches = [unknown(lineCount)];
  }

  /** Takes the changes of one event, in lines before all of them. */
  change(changes: readonly LineChange[]): void {
    const fromTheEnd = [...changes].sort((one, other) => other.first - one.first);
    for (const { first, last, lines } of fromTheEnd) this.#replace(first, last, lines);
  }

  /**
   * Searches the lines that are not known yet, in small steps, so that nothing else waits long.
   * @returns false if `stopped` became true or the document changed; what is known by then is kept.
   */
  async update(document: Lines, stopped: () => boolean): Promise<boolean> {
    let fence = '';
    let first = 0;
    for (let at = 0; at < this.#stretches.length; at += 1) {
      const stretch = this.#stretches[at];
      if (!stretch) break;
      if (stretch.citations === null || stretch.opens !== fence) {
        if (first + stretch.count > document.lineCount) return false;
        const known = lookThrough(document, first, Math.min(stretch.count, stretchLines), fence);
        const rest = stretch.count - known.count;
        this.#stretches = this.#stretches.toSpliced(
          at,
          1,
          ...(rest > 0 ? [known, unknown(rest)] : [known]),
        );
        fence = known.closes;
        first += known.count;
        const before = this.#stretches;
        await new Promise((resolve) => setImmediate(resolve));
        if (stopped() || this.#stretches !== before) return false;
      } else {
        fence = stretch.closes;
        first += stretch.count;
      }
    }
    return true;
  }

  /** The number of known citations. */
  get size(): number {
    return this.#stretches.reduce((sum, { citations }) => sum + (citations?.length ?? 0), 0);
  }

  /** The known citations in lines `first` to `last`. */
  *between(first: number, last: number): Generator<CitationInLine> {
    let start = 0;
    for (const { count, citations } of this.#stretches) {
      if (start > last) return;
      if (start + count > first && citations) {
        for (const citation of citations) {
          const line = start + citation.line;
          if (line >= first && line <= last) yield { ...citation, line };
        }
      }
      start += count;
    }
  }

  #replace(first: number, last: number, lines: number): void {
    const kept: Stretch[] = [];
    let changed = lines - (last - first + 1);
    let opens: string | null = null;
    let put = -1;
    let start = 0;
    for (const stretch of this.#stretches) {
      const end = start + stretch.count - 1;
      if (end < first || start > last) {
        kept.push(stretch);
      } else {
        opens ??= stretch.opens;
        if (put < 0) put = kept.length;
        changed += stretch.count;
      }
      start = end + 1;
    }
    if (put < 0) put = kept.length;
    this.#stretches = kept.toSpliced(put, 0, {
      ...unknown(Math.max(0, changed)),
      opens: opens ?? '',
    });
  }
}

function unknown(count: number): Stretch {
  return { count, opens: '', closes: '', citations: null };
}

/** A quick test that rules out most lines. */
const mayCite = /\d/;

function lookThrough(document: Lines, first: number, count: number, opens: string): Stretch {
  const citations: CitationInLine[] = [];
  let fence = opens;
  for (let line = 0; line < count; line += 1) {
    const { text } = document.lineAt(first + line);
    const before = fence;
    fence = fenceAfter(text, before);
    if (fence === '' && before === '' && mayCite.test(text)) {
      for (const citation of findCitations(text)) citations.push({ ...citation, line });
    }
  }
  return { count, opens, closes: fence, citations };
}
