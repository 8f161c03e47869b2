import { SafeMarkdown } from '../../ground/markdown/safeMarkdown';

/** Safe text that can be written to a report. */
export interface SafeText {
  readonly bytes: Buffer;
  /** Whether it needs an empty line before it, so that it means the same after any text. */
  readonly isBlock: boolean;
}

/** Makes the text of one place of a report safe, piece by piece, while others write to other places. */
export class SafePlace {
  #safe: SafeMarkdown;
  /** True when other text may precede what is written next. */
  #isCut: boolean;

  /** @param isCut whether others may have written right before. */
  constructor(isCut: boolean) {
    this.#safe = new SafeMarkdown('gap');
    this.#isCut = isCut;
  }

  /** Takes a piece. @returns what can be written now. */
  take(piece: Buffer): SafeText {
    const text = piece.toString();
    if (!this.#isCut || text === '')
      return { bytes: Buffer.from(this.#safe.push(text)), isBlock: false };
    this.#isCut = false;
    const beside = new SafeMarkdown('text');
    const apart = new SafeMarkdown('gap');
    const [one, other] = [beside.push(text), apart.push(text)];
    const isSame = one + beside.copy().flush() === other + apart.copy().flush();
    this.#safe = isSame ? beside : apart;
    return { bytes: Buffer.from(isSame ? one : other), isBlock: !isSame };
  }

  /** The text that was held back: call before other text is written, or at the end. */
  rest(): Buffer {
    return Buffer.from(this.#safe.flush());
  }

  /** Notes that others may write here now. @param gap whether an empty line will follow their text. */
  cut(gap: boolean): void {
    this.#safe = new SafeMarkdown('gap');
    this.#isCut = !gap;
  }

  /** @returns a function that goes back to this state, for when a write fails. */
  mark(): () => void {
    const [safe, isCut] = [this.#safe.copy(), this.#isCut];
    return () => {
      this.#safe = safe;
      this.#isCut = isCut;
    };
  }
}
