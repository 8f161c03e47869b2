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

/** The most memory that was seen of a process, over what it had idle. */
export class PeakMemory {
  readonly #idle: number;
  #peak: number;

  /** @param idle in bytes, as all that is noted. */
  constructor(idle: number) {
    this.#idle = idle;
    this.#peak = idle;
  }

  note(bytes: number): void {
    this.#peak = Math.max(this.#peak, bytes);
  }

  /** In bytes. */
  get grown(): number {
    return this.#peak - this.#idle;
  }
}

/** Watches what is resident of this process. @returns what ends that, and gives the growth in bytes. */
export function watchMemory(): () => number {
  const memory = new PeakMemory(memoryInUse().resident);
  const sample = () => memory.note(process.memoryUsage.rss());
  const sampling = setInterval(sample, 20);
  return () => {
    clearInterval(sampling);
    sample();
    return memory.grown;
  };
}
