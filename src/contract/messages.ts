import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';

/** Aborts when the other side cancels the request. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  // The listener goes with the token, at the end of the request.
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/**
 * Sends a request and cancels it when the signal aborts. The other side decides how it settles then.
 * @param send gets the token to send the request with.
 */
export async function cancellable<Result>(
  signal: AbortSignal,
  send: (token: CancellationToken) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const source = new CancellationTokenSource();
  const cancel = () => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await send(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}

/** For a message that needs no answer. If the other side is gone, those who wait for an answer learn so. */
export function tell(sent: Promise<void>): void {
  sent.catch(() => undefined);
}
