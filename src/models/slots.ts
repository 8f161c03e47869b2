import type { Clock } from './clock';

/**
 * Room for a number of calls at once. A free slot goes to the deepest call that waits, so that parents
 * never starve the children they wait for; among equals, to the one that has waited longest. A parent
 * holds no slot while it waits for its children, so one slot is enough for any depth.
 *
 * How much room there is adapts as TCP does (additive increase, multiplicative decrease): `shrink` when
 * the provider is overloaded, `grow` with each success, never above the limit and never below one.
 */
export class Slots {
  readonly #limit: number;
  readonly #clock: Clock;
  #room: number;
  #running = 0;
  #pausedUntil = 0;
  /** Calls that began before this one can't shrink the room again: they met the same overload. */
  #shrunkAt = 0;
  #started = 0;
  /** Who waits, by depth; a Set keeps the order of arrival and lets anyone leave. */
  readonly #queues = new Map<number, Set<Waiter>>();
  #wakeUp: AbortController | null = null;

  /** @param limit calls at once, a whole number from 1. */
  constructor(limit: number, clock: Clock) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`Concurrency must be a whole number from 1, not ${limit}`);
    }
    this.#limit = limit;
    this.#room = limit;
    this.#clock = clock;
  }

  /** Calls that have a slot. */
  get running(): number {
    return this.#running;
  }

  /** Calls that wait for one. */
  get waiting(): number {
    let count = 0;
    for (const queue of this.#queues.values()) count += queue.size;
    return count;
  }

  /** Calls allowed at once just now. */
  get room(): number {
    return Math.max(1, Math.floor(this.#room));
  }

  /**
   * Waits for a slot.
   * @returns a ticket to give back with `release`.
   * @throws the signal's reason when it is aborted before.
   */
  acquire(depth: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(depth) ?? new Set();
      this.#queues.set(depth, queue);
      const leave = () => {
        signal.removeEventListener('abort', abandon);
        queue.delete(start);
        if (queue.size === 0) this.#queues.delete(depth);
        if (this.#queues.size === 0) this.#sleepNoMore();
      };
      const start: Waiter = () => {
        leave();
        this.#running += 1;
        this.#started += 1;
        resolve(this.#started);
      };
      const abandon = () => {
        leave();
        reject(signal.reason);
      };
      queue.add(start);
      signal.addEventListener('abort', abandon);
      this.#fill();
    });
  }

  release(): void {
    this.#running -= 1;
    this.#fill();
  }

  /** A call went well: a little more room, up to the limit. */
  grow(): void {
    this.#room = Math.min(this.#limit, this.#room + 1 / this.#room);
    this.#fill();
  }

  /**
   * The provider is overloaded: less room, and for a while no new call.
   * @param ticket of the call that met the overload.
   */
  shrink(ticket: number, pauseMs: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + pauseMs);
    if (ticket <= this.#shrunkAt) return;
    this.#shrunkAt = this.#started;
    this.#room = Math.max(1, this.#room * 0.7);
  }

  #fill(): void {
    const pause = this.#pausedUntil - this.#clock.now();
    if (pause > 0) {
      if (this.#queues.size > 0) this.#fillAfter(pause);
      return;
    }
    while (this.#running < this.room) {
      const next = this.#next();
      if (!next) return;
      next();
    }
  }

  /** One timer at a time; when it fires, a longer pause may have begun. */
  #fillAfter(ms: number): void {
    if (this.#wakeUp) return;
    const wakeUp = new AbortController();
    this.#wakeUp = wakeUp;
    this.#clock.sleep(ms, wakeUp.signal).then(
      () => {
        this.#wakeUp = null;
        this.#fill();
      },
      () => undefined,
    );
  }

  /** Nobody waits any more: no timer may keep the process alive. */
  #sleepNoMore(): void {
    this.#wakeUp?.abort();
    this.#wakeUp = null;
  }

  #next(): Waiter | undefined {
    if (this.#queues.size === 0) return undefined;
    const deepest = this.#queues.get(Math.max(...this.#queues.keys()));
    return deepest?.values().next().value;
  }
}

/** Starts a call that waited. */
type Waiter = () => void;
