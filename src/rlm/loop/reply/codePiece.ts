/** A piece of a reply that is code, or may be. */
export interface CodePiece {
  readonly kind: 'code';
  /** Where it begins in the reply, in characters. */
  readonly start: number;
  /** What the model said before it, since the last piece. */
  readonly prose: string;
  /** Ways to read it, the one that is nearest to what was written first. */
  readonly readings: readonly string[];
  /**
   * What a reading has to be: a program, or a program whose names all exist and that uses what the REPL has.
   * The latter is asked of what may be an example, or a text.
   */
  readonly need: 'compiles' | 'uses-repl';
  /** What runs when no reading is that; null for nothing. */
  readonly otherwise: string | null;
  /** False when the reply ends before the piece does. */
  readonly closed: boolean;
  /** True where text that isn't code stands where the output of the code before it would. */
  readonly elseOutput: boolean;
}

/** A submission that was written as text: `FINAL(...)`. It counts after all code of the reply. */
export interface FinalPiece extends Omit<CodePiece, 'kind'> {
  readonly kind: 'final';
}

/** From here on, the model wrote what it expected the REPL or the user to say. */
export interface InventedPart {
  readonly kind: 'invented';
  readonly start: number;
}

export type ReplyPart = CodePiece | FinalPiece | InventedPart;

/** Where a piece stands. */
interface Place {
  readonly start: number;
  readonly prose: string;
  readonly closed?: boolean;
}

/** What the model clearly means to be run: an error in it is shown to the model. */
export function sureCode(readings: readonly string[], place: Place): CodePiece {
  return {
    kind: 'code',
    closed: true,
    ...place,
    readings,
    need: 'compiles',
    otherwise: readings[0] ?? '',
    elseOutput: false,
  };
}

/** What may be code to run, or an example. */
export function likelyCode(
  readings: readonly string[],
  place: Place & { readonly elseOutput?: boolean },
): CodePiece {
  return {
    kind: 'code',
    closed: true,
    elseOutput: false,
    ...place,
    readings,
    need: 'uses-repl',
    otherwise: null,
  };
}
