/**
 * Waits for a promise until the signal aborts. For work that can't be cancelled, or may not heed its signal.
 * Its late result is dropped.
 * @throws the signal's reason when it is aborted.
 */
export async function unlessAborted<T>(waited: Promise<T>, signal: AbortSignal): Promise<T> {
  // A failure after the abort interests nobody.
  waited.catch(() => undefined);
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([waited, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
