/** Signals that ask a program to end. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A second signal within this time is the same wish: on Ctrl-C under `npm run`, the terminal signals
 * every process and npm hands its own signal on. In milliseconds.
 */
const sameWishMs = 300;

/** Calls `first` on the first request to end, and `again` when the user insists. */
export function onInterrupt(first: () => void, again: () => void): void {
  let since: number | null = null;
  const handle = () => {
    const now = performance.now();
    if (since === null) {
      since = now;
      first();
    } else if (now - since > sameWishMs) {
      again();
    }
  };
  for (const signal of signals) process.on(signal, handle);
}
