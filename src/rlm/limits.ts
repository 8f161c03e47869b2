/** The limits that can end a run, as people read them. */
export type LimitName = 'iterations' | 'sub-calls' | 'tokens' | 'cost' | 'time' | 'errors';

/** A limit was reached; the run ends with the best answer it has. */
export class LimitReachedError extends Error {
  override readonly name = 'LimitReachedError';
  readonly limit: LimitName;

  constructor(limit: LimitName, message: string) {
    super(message);
    this.limit = limit;
  }
}

/** Remembers the first limit that a run reached; aborts what is running then. */
export class LimitFlag {
  readonly #controller = new AbortController();
  #error: LimitReachedError | null = null;

  /** Aborts when a limit is reached. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get error(): LimitReachedError | null {
    return this.#error;
  }

  raise(error: LimitReachedError): void {
    this.#error ??= error;
    this.#controller.abort(this.#error);
  }
}
