/** Signals that ask a program to end. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A second signal within this time counts as the same request, in milliseconds: on Ctrl-C under `npm run`,
 * the terminal signals every process, and npm passes its signal on.
 */
const sameWishMs = 300;

/** The part of `process` that this needs. */
interface SignalSource {
  on(signal: (typeof signals)[number], listener: () => void): unknown;
}

/**
 * Calls `first` on the first request to end, and `again` when the user insists.
 * @param now milliseconds, on any clock that only goes forward
 */
export function onInterrupt(
  source: SignalSource,
  now: () => number,
  first: () => void,
  again: () => void,
): void {
  let since: number | null = null;
  const handle = () => {
    if (since === null) {
      since = now();
      first();
    } else if (now() - since > sameWishMs) {
      again();
    }
  };
  for (const signal of signals) source.on(signal, handle);
}
