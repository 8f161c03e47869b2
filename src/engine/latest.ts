import { setTimeout as delay } from 'node:timers/promises';

export interface LatestOptions<Value> {
  /** The least time between two values, in ms. */
  readonly gapMs: number;
  /** True for a value that must be sent although there is a newer one. */
  readonly isKept: (value: Value, next: Value) => boolean;
  /** Resolves when the value was handled. */
  readonly send: (value: Value) => Promise<void>;
}

/** Sends the newest of many values, one at a time with a pause in between, and always the last one. */
export class Latest<Value> {
  readonly #options: LatestOptions<Value>;
  readonly #waiting: Value[] = [];
  readonly #hurry = new AbortController();
  #sending: Promise<void> | null = null;

  constructor(options: LatestOptions<Value>) {
    this.#options = options;
  }

  readonly put = (value: Value): void => {
    const [last] = this.#waiting.slice(-1);
    if (last !== undefined && !this.#options.isKept(last, value)) this.#waiting.pop();
    this.#waiting.push(value);
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  };

  /** Resolves when the last value was sent; makes no more pauses. */
  async drained(): Promise<void> {
    this.#hurry.abort();
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { send, gapMs } = this.#options;
    const { signal } = this.#hurry;
    for (
      let [value] = this.#waiting.splice(0, 1);
      value !== undefined;
      [value] = this.#waiting.splice(0, 1)
    ) {
      await send(value);
      await delay(gapMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
