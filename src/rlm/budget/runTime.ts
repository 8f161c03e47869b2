import { LimitReachedError, type Limits } from './limits';

/** The time limit of a run. It starts when this is made, so that the preparation counts, too. */
export class RunTime {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor({ timeoutMs }: Pick<Limits, 'timeoutMs'>) {
    const seconds = Math.round(timeoutMs / 1000);
    this.#timer = setTimeout(() => {
      const message = `The time limit of ${seconds} s was reached.`;
      this.#controller.abort(new LimitReachedError('time', message));
    }, timeoutMs);
  }

  /** Aborts with a `LimitReachedError`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Call when the run is over. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
