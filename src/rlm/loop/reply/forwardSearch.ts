/**
 * Finds the next place where a pattern matches, for positions that mostly grow: what was found is kept until it
 * is passed, so that all searches together read the text once.
 */
export class ForwardSearch {
  readonly #text: string;
  readonly #pattern: RegExp;
  #from = 0;
  #found: RegExpExecArray | null | undefined;

  /** @param pattern global */
  constructor(text: string, pattern: RegExp) {
    this.#text = text;
    this.#pattern = pattern;
  }

  /** The first match at or after `at`, or null. */
  next(at: number): RegExpExecArray | null {
    const isKnown =
      this.#found !== undefined &&
      at >= this.#from &&
      (this.#found === null || this.#found.index >= at);
    if (!isKnown) {
      this.#pattern.lastIndex = at;
      this.#from = at;
      this.#found = this.#pattern.exec(this.#text);
    }
    return this.#found ?? null;
  }
}
