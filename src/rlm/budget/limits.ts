/** The limits of a run. Null means no limit. */
export interface Limits {
  /** Depth of recursion: 1 lets the root ask sub-LMs, 2 lets it start child RLMs, and so on. */
  readonly maxDepth: number;
  readonly maxIterations: number;
  readonly maxSubcalls: number;
  /** Input and output tokens of the whole run. */
  readonly maxTokens: number | null;
  readonly maxCostUsd: number | null;
  /** Wall time of the whole run, in milliseconds. */
  readonly timeoutMs: number;
  /** Time of one cell, in milliseconds, without its waits for the host. */
  readonly cellTimeoutMs: number;
  /** Model calls in flight at once. */
  readonly concurrency: number;
}

/** The limits unless others are given. */
export const defaultLimits: Limits = {
  maxDepth: 1,
  maxIterations: 30,
  maxSubcalls: 500,
  maxTokens: null,
  maxCostUsd: 1,
  timeoutMs: 900_000,
  cellTimeoutMs: 120_000,
  concurrency: 16,
};

/** The limits that can end a run, as named to people. */
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

/** How long a cell may go on after a limit, to store the results of its batch, in milliseconds. */
const graceMs = 2_000;

/** Remembers the first limit that a run reaches, and aborts what is running then. */
export class LimitFlag {
  readonly #controller = new AbortController();
  readonly #grace = new AbortController();
  #error: LimitReachedError | null = null;

  /** Aborts when a limit is reached. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts a little later, so that a cell can still store the finished slots of its batch. */
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
