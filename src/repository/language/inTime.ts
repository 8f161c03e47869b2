import { messageOf } from '../../ground/fileFailure';
import { RepositoryError } from '../repository';

/**
 * Waits for an answer that may never come, until a time limit or until the signal aborts. A later answer is ignored.
 * @param who for messages, as the subject of a sentence.
 * @throws {RepositoryError} `unavailable` when it fails or takes too long.
 * @throws the signal's reason when it is aborted.
 */
export async function inTime<T>(
  who: string,
  timeMs: number,
  signal: AbortSignal,
  ask: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  const timer = setTimeout(() => {
    const message = `${who} did not answer within ${timeMs / 1000} s; use grep instead, or ask again later.`;
    reject(new RepositoryError('unavailable', message));
  }, timeMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([ask(), givenUp]);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RepositoryError) throw error;
    const reason = messageOf(error);
    throw new RepositoryError('unavailable', `${who} failed: ${reason}. Use grep instead.`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
