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

/** So long a cell may go on after a limit, to keep what its batch has brought, in milliseconds. */
const graceMs = 2_000;

/** Remembers the first limit that a run reached; aborts what is running then. */
export class LimitFlag {
  readonly #controller = new AbortController();
  readonly #grace = new AbortController();
  #error: LimitReachedError | null = null;

  /** Aborts when a limit is reached. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts a little later: a cell whose batch was cut short may still put its finished slots away. */
  get graceOver(): AbortSignal {
    return this.#grace.signal;
  }

  get error(): LimitReachedError | null {
    return this.#error;
  }

  raise(error: LimitReachedError): void {
    if (this.#error) return;
    this.#error = error;
    this.#controller.abort(error);
    setTimeout(() => this.#grace.abort(error), graceMs).unref();
  }
}
