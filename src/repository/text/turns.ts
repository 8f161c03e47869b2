import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long synchronous work may block the event loop, in milliseconds: half a frame. */
const slice = 8;

/**
 * Synchronous file calls are several times faster than promises for many small files, but block everything else.
 * Awaiting `turn` between them lets the rest of the program run in time.
 */
export class Turns {
  readonly #signal: AbortSignal;
  #due = performance.now() + slice;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether `turn` should be awaited now. */
  get over(): boolean {
    return performance.now() > this.#due;
  }

  /** @throws the signal's reason when it is aborted. */
  async turn(): Promise<void> {
    await nextTurn();
    this.#signal.throwIfAborted();
    this.#due = performance.now() + slice;
  }
}
