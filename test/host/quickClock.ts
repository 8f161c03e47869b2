import type { Clock } from '../../src/models/clock';

/** A clock on which waiting takes no time, and which knows how long all waits came to, in milliseconds. */
export interface QuickClock extends Clock {
  readonly waited: number;
}

/** @param random in [0, 1). */
export function quickClock(random: () => number = () => 0.5): QuickClock {
  let time = 0;
  return {
    get waited() {
      return time;
    },
    now: () => time,
    random,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      time += ms;
      // Others get their turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
  };
}
