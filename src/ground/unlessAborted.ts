/**
 * What is waited for, but only until the signal aborts: for what can't be given up by itself, or can't be
 * relied on to give up. It may still come to something later, which nobody learns.
 * @throws the signal's reason when it is aborted.
 */
export async function unlessAborted<T>(waited: Promise<T>, signal: AbortSignal): Promise<T> {
  // Its failure is of no interest any more when the signal was first.
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
