import type { CellNeed } from '../../../repl/kernel';

/** A piece of a reply that is code, or may be. */
export interface CodePiece {
  readonly kind: 'code';
  /** Where it begins in the reply, in characters. */
  readonly start: number;
  /** What the model said before it, since the last piece. */
  readonly prose: string;
  /** What was written. */
  readonly code: string;
  /** Other ways to read it, in case the code is not what it has to be; the likeliest first. */
  readonly others: () => readonly string[];
  /** What it has to be: more is asked of what may be an example, or a text. */
  readonly need: CellNeed;
  /** What runs when it is that in no reading; null for nothing. */
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
export function sureCode(code: string, others: CodePiece['others'], place: Place): CodePiece {
  return {
    kind: 'code',
    closed: true,
    ...place,
    code,
    others,
    need: 'compiles',
    otherwise: code,
    elseOutput: false,
  };
}

/** What may be code to run, or an example. */
export function likelyCode(
  code: string,
  others: CodePiece['others'],
  place: Place & { readonly elseOutput?: boolean },
): CodePiece {
  return {
    kind: 'code',
    closed: true,
    elseOutput: false,
    ...place,
    code,
    others,
    need: 'uses-repl',
    otherwise: null,
  };
}
