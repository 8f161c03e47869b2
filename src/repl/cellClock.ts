/** The longest delay that timers take. */
const maxDelayMs = 2 ** 31 - 1;

/** The host's answers are waited for so much longer than a cell may run. */
const hostPatience = 3;

/** So seldom, in milliseconds, it is looked at a limit that is near but not being used. */
const leastLookMs = 20;

/** What a cell waits for: language models, or something else that the host has to answer. */
export type CellWait = 'nothing' | 'host' | 'models';

/** What a cell did for its limit. */
export type CellExpiry = 'ran' | 'waited';

/**
 * A cell's time limit. It stands still while the kernel waits for language models, which have limits of
 * their own. Waiting for the repository counts apart: for three times the limit at most, or a flood of
 * calls would never end.
 */
export class CellClock {
  readonly #limitMs: Readonly<Record<CellExpiry, number>>;
  readonly #expired: (after: CellExpiry) => void;
  readonly #usedMs: Record<CellExpiry, number> = { ran: 0, waited: 0 };
  /** What time counts as now; null when it does not count. */
  #counts: CellExpiry | null = 'ran';
  #since: number;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  /** Starts the clock; `expired` is called once, when the cell has run for `limitMs` or waited too long. */
  constructor(limitMs: number, expired: (after: CellExpiry) => void) {
    this.#limitMs = { ran: limitMs, waited: hostPatience * limitMs };
    this.#expired = expired;
    this.#since = performance.now();
    this.#arm('ran');
  }

  /** What the kernel waits for from now on; "nothing" when it runs. */
  waitFor(wait: CellWait): void {
    const counts = wait === 'nothing' ? 'ran' : wait === 'host' ? 'waited' : null;
    if (this.#stopped || counts === this.#counts) return;
    const now = performance.now();
    if (this.#counts !== null) this.#usedMs[this.#counts] += now - this.#since;
    this.#counts = counts;
    this.#since = now;
    // A timer that runs is left alone: at thousands of calls a second, setting it anew for each would cost
    // more than it does to look, when it fires, what time has really been used.
    if (counts !== null && this.#timer === null) this.#arm(counts);
  }

  /** The time, in milliseconds, after which it expires. */
  limitMs(after: CellExpiry): number {
    return this.#limitMs[after];
  }

  /** Ends the clock. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** Looks again when it may have expired, whatever it counts until then. */
  #arm(counts: CellExpiry): void {
    const other = this.#left(counts === 'ran' ? 'waited' : 'ran');
    const left = Math.min(this.#left(counts), Math.max(other, leastLookMs));
    this.#timer = setTimeout(
      () => this.#look(),
      Math.min(Math.max(1, Math.ceil(left)), maxDelayMs),
    );
  }

  #look(): void {
    this.#timer = null;
    const over = (['ran', 'waited'] as const).find((after) => this.#left(after) <= 0);
    if (over !== undefined) {
      this.stop();
      this.#expired(over);
    } else if (this.#counts !== null) {
      this.#arm(this.#counts);
    }
  }

  #left(after: CellExpiry): number {
    const running = this.#counts === after ? performance.now() - this.#since : 0;
    return this.#limitMs[after] - this.#usedMs[after] - running;
  }
}
