import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Memory of this process, in bytes. */
export interface Memory {
  /** As the operating system counts it. */
  readonly resident: number;
  /** Objects that are in use. */
  readonly heap: number;
}

/** What this process needs once nothing is left that could be thrown away. */
export function memoryInUse(): Memory {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('This Node has no garbage collector to call.');
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed + external };
}

/** Watches the memory of this process from when it is made. Stop it. */
export class PeakMemory {
  readonly #idle = memoryInUse().resident;
  #peak = this.#idle;
  readonly #sampling = setInterval(() => this.#sample(), 20);

  /** Ends the watch. @returns the most that was resident above the beginning, in bytes. */
  stop(): number {
    clearInterval(this.#sampling);
    this.#sample();
    return this.#peak - this.#idle;
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage().rss);
  }
}
