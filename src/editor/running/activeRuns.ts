/** Why a run was cancelled that nobody cancelled, for people. */
const interrupted = 'Interrupted: the window was closed or reloaded.';

/** The runs that go on now. Each ends by itself, by its signal, or with the extension. */
export class ActiveRuns {
  readonly #runs = new Map<AbortController, Promise<unknown>>();
  #disposed = false;

  get size(): number {
    return this.#runs.size;
  }

  /** True once the window is being closed. */
  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Starts a run with a controller of its own, and knows it until it has settled. */
  async track<Result>(start: (controller: AbortController) => Promise<Result>): Promise<Result> {
    const controller = new AbortController();
    if (this.#disposed) controller.abort();
    const run = start(controller);
    this.#runs.set(controller, run);
    try {
      return await run;
    } finally {
      this.#runs.delete(controller);
    }
  }

  /** Aborts all runs and waits until they have ended. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const controller of this.#runs.keys()) controller.abort(interrupted);
    await Promise.allSettled(this.#runs.values());
  }
}
