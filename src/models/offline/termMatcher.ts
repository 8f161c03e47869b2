import type { Term } from './questionTerms';
import { anyCase, stemPattern } from './stem';

/** A term with how much it says here, ready to be looked for. */
export interface WeightedTerm {
  readonly term: Term;
  /** Positive; a word in few files of the repository weighs more than one that is in many. */
  readonly weight: number;
}

/** Finds a term in a text. */
export class TermMatcher {
  readonly label: string;
  readonly weight: number;
  readonly #pattern: RegExp;

  /** `anywhere` finds stems within other words, too. */
  constructor({ term, weight }: WeightedTerm, anywhere = false) {
    this.label = term.label;
    this.weight = weight;
    this.#pattern = patternOf(term, anywhere);
  }

  isIn(text: string): boolean {
    this.#pattern.lastIndex = 0;
    return this.#pattern.test(text);
  }

  countIn(text: string): number {
    return text.match(this.#pattern)?.length ?? 0;
  }
}

function patternOf(term: Term, anywhere: boolean): RegExp {
  if (term.kind === 'exact') return new RegExp(anyCase(term.label), 'gu');
  return anywhere ? new RegExp(term.stems.map(anyCase).join('|'), 'gu') : stemPattern(term.stems);
}
