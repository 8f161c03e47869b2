/** The longest delay that timers take. */
const maxDelayMs = 2 ** 31 - 1;

/** A cell's time limit. It stands still while the kernel waits for the host. */
export class CellClock {
  readonly #limitMs: number;
  readonly #expired: () => void;
  #usedMs = 0;
  #runningSince: number | null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  /** Starts the clock; `expired` is called once, when the cell has run for `limitMs`. */
  constructor(limitMs: number, expired: () => void) {
    this.#limitMs = limitMs;
    this.#expired = expired;
    this.#runningSince = performance.now();
    this.#arm();
  }

  /** The kernel waits for the host from now on. */
  pause(): void {
    if (this.#runningSince === null) return;
    this.#usedMs += performance.now() - this.#runningSince;
    this.#runningSince = null;
    // The timer is left alone: at thousands of calls a second, setting it anew for each would cost more
    // than it does to look, when it fires, how long the cell has really run.
  }

  /** The kernel runs again. */
  resume(): void {
    if (this.#stopped || this.#runningSince !== null) return;
    this.#runningSince = performance.now();
    if (this.#timer === null) this.#arm();
  }

  /** Ends the clock. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(): void {
    const left = Math.max(1, Math.ceil(this.#limitMs - this.#used()));
    this.#timer = setTimeout(() => this.#look(), Math.min(left, maxDelayMs));
  }

  #look(): void {
    this.#timer = null;
    if (this.#used() >= this.#limitMs) {
      this.stop();
      this.#expired();
    } else if (this.#runningSince !== null) {
      this.#arm();
    }
  }

  #used(): number {
    return this.#runningSince === null
      ? this.#usedMs
      : this.#usedMs + performance.now() - this.#runningSince;
  }
}
