/**
 * The one gate in front of every model call of a run, at any depth. At most `concurrency` tasks run at
 * once. A free slot goes to the deepest call that waits, so that parents never starve the children they
 * wait for; among equals, to the one that has waited longest. A parent holds no slot while it waits for
 * its children, so one slot is enough for any depth.
 */
export class Scheduler {
  readonly concurrency: number;
  #running = 0;
  /** Who waits, by depth; a Set keeps the order of arrival and lets anyone leave. */
  readonly #queues = new Map<number, Set<Waiter>>();

  /** @param concurrency tasks in flight at once, a whole number from 1. */
  constructor(concurrency: number) {
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw new RangeError(`Concurrency must be a whole number from 1, not ${concurrency}`);
    }
    this.concurrency = concurrency;
  }

  /** Tasks that have a slot. */
  get running(): number {
    return this.#running;
  }

  /** Calls that wait for a slot. */
  get waiting(): number {
    let count = 0;
    for (const queue of this.#queues.values()) count += queue.size;
    return count;
  }

  /**
   * Runs a task once there is a slot for it, and gives the slot back when the task has settled, however
   * it ends. The task itself must end when the signal aborts.
   * @param depth of the call: 0 for the root, 1 for its sub-calls, and so on.
   * @throws the signal's reason when it aborts before the task has started; whatever the task throws.
   */
  async run<T>(depth: number, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#running < this.concurrency) this.#running += 1;
    else await this.#slot(depth, signal);
    try {
      signal.throwIfAborted();
      return await task();
    } finally {
      this.#handOver();
    }
  }

  /** Waits until a slot is handed over, or leaves the queue when the signal aborts. */
  #slot(depth: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(depth) ?? new Set();
      this.#queues.set(depth, queue);
      const leave = () => {
        signal.removeEventListener('abort', abandon);
        queue.delete(start);
        if (queue.size === 0) this.#queues.delete(depth);
      };
      const start = () => {
        leave();
        resolve();
      };
      const abandon = () => {
        leave();
        reject(signal.reason);
      };
      queue.add(start);
      signal.addEventListener('abort', abandon);
    });
  }

  /** Passes a slot straight to the next in line; nobody who comes later can take it in between. */
  #handOver(): void {
    const next = this.#next();
    if (next) next();
    else this.#running -= 1;
  }

  #next(): Waiter | undefined {
    if (this.#queues.size === 0) return undefined;
    const deepest = this.#queues.get(Math.max(...this.#queues.keys()));
    return deepest?.values().next().value;
  }
}

/** Starts a call that waited. */
type Waiter = () => void;
