/** Characters of a cell's output that are shown uncut (the number of the official RLM code). */
const maxOutputCharacters = 20_000;
/** With notes of what is left out, and characters of two UTF-16 units. */
const mostCutCharacters = 2.5 * maxOutputCharacters;
const tailCharacters = maxOutputCharacters / 2;

/** The output of one cell: all of it while it is short, its beginning and end once it is long. */
export class CellOutput {
  #head = '';
  /** What came after the head; trimmed to the tail now and then. */
  #tail = '';
  #length = 0;
  readonly #whole: string;

  /** @param cell number of the cell, by which the kernel keeps what is too long to show. */
  constructor(cell: number) {
    this.#whole = `all of it is in the variable output_${cell}`;
  }

  /** Adds printed text, before which the kernel left out `skipped` characters. */
  append(text: string, skipped = 0): void {
    this.#length += skipped + text.length;
    let rest = text;
    if (skipped === 0 && this.#tail === '' && this.#head.length < maxOutputCharacters) {
      const room = maxOutputCharacters - this.#head.length;
      this.#head += rest.slice(0, room);
      rest = rest.slice(room);
    }
    if (rest === '') return;
    this.#tail += rest;
    if (this.#tail.length > 4 * tailCharacters) this.#tail = this.#tail.slice(-tailCharacters);
  }

  /** How long the output is, in UTF-16 units, uncut. */
  get length(): number {
    return this.#length;
  }

  /**
   * The output as it is shown.
   * @param cut what the kernel made of an output that is too long, which knows what printed what. It is
   * only taken when the output is too long, and when it is short itself.
   */
  shown(cut: string | null): string {
    if (cut === null || cut.length > mostCutCharacters || this.#length <= maxOutputCharacters) {
      return this.toString();
    }
    return cut;
  }

  /** The output, cut in the middle when it is longer than `maxOutputCharacters`. */
  toString(): string {
    if (this.#length <= maxOutputCharacters) return this.#head;
    const head = wholeEnd(this.#head.slice(0, tailCharacters));
    const tail = wholeStart((this.#head + this.#tail).slice(-tailCharacters));
    const left = this.#length - head.length - tail.length;
    const separator = head.endsWith('\n') ? '' : '\n';
    return (
      `${head}${separator}[... ${left.toLocaleString('en')} of ${this.#length.toLocaleString('en')} ` +
      `characters left out; ${this.#whole} ...]\n${tail}`
    );
  }
}

/** Without half of a surrogate pair at the end. */
function wholeEnd(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

/** Without half of a surrogate pair at the start. */
function wholeStart(text: string): string {
  return /^[\udc00-\udfff]/.test(text) ? text.slice(1) : text;
}
