import { SafeMarkdown } from '../../ground/markdown/safeMarkdown';

/** Text for a report that can be written now. */
export interface SafeText {
  readonly bytes: Buffer;
  /** An empty line is to come before it: so it means the same whatever that is after. */
  readonly isBlock: boolean;
}

/** What is written to one place of a report, made safe piece by piece, while others write beside it. */
export class SafePlace {
  #safe: SafeMarkdown;
  /** Set where something else may stand before what is written next. */
  #isCut: boolean;

  /** @param isCut others may have written right before. */
  constructor(isCut: boolean) {
    this.#safe = new SafeMarkdown('gap');
    this.#isCut = isCut;
  }

  /** What can be written of it once there is one more piece. */
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

  /** What was held back. Something else is written next, or nothing. */
  rest(): Buffer {
    return Buffer.from(this.#safe.flush());
  }

  /** Others may write here now. @param gap after what they write comes an empty line. */
  cut(gap: boolean): void {
    this.#safe = new SafeMarkdown('gap');
    this.#isCut = !gap;
  }

  /** What goes on from here as if nothing was taken after, should it not have been written. */
  mark(): () => void {
    const [safe, isCut] = [this.#safe.copy(), this.#isCut];
    return () => {
      this.#safe = safe;
      this.#isCut = isCut;
    };
  }
}
