/** The limits that can end a run, as people read them. */
export type LimitName = 'iterations' | 'sub-calls' | 'tokens' | 'cost' | 'time';

/** A limit was reached; the run ends with the best answer it has. */
export class LimitReachedError extends Error {
  override readonly name = 'LimitReachedError';
  readonly limit: LimitName;

  constructor(limit: LimitName, message: string) {
    super(message);
    this.limit = limit;
  }
}
