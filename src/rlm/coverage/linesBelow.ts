import type { LineSpan, PromptLine } from './promptLines';
import type { SeenLines } from './seenLines';

/** Lighter lines than this are in too many places to say that a text goes on after a cut. */
const tellingWeight = 16;

/** The lines below a header: with their numbers, or one after the other as in the file. */
export class LinesBelow {
  readonly #span: LineSpan;
  readonly #first: number;
  readonly #seen: SeenLines;
  /** Null until a line has told. */
  #numbered: boolean | null = null;
  /** After a line that is another than it should be, something may be left out. */
  #inStep = true;

  /** @param first the index of the line after the header. */
  constructor(span: LineSpan, first: number, seen: SeenLines) {
    this.#span = span;
    this.#first = first;
    this.#seen = seen;
  }

  get path(): string {
    return this.#span.path;
  }

  /** The number of that line in its file; null when it is not what was seen there. */
  lineAt(index: number, { numbered, whole }: PromptLine): number | null {
    const { path, start, end } = this.#span;
    if (this.#numbered !== false && numbered && numbered.line >= start && numbered.line <= end) {
      if (this.#seen.has(path, numbered.line, numbered.text.hash)) {
        this.#numbered = true;
        return numbered.line;
      }
    }
    const number = start + index - this.#first;
    if (this.#numbered || number > end) return null;
    const known = this.#seen.has(path, number, whole.hash);
    this.#inStep = known && (this.#inStep || whole.weight >= tellingWeight);
    if (!this.#inStep) return null;
    this.#numbered = false;
    return number;
  }
}
