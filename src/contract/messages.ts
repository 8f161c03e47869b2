import { type CancellationToken, CancellationTokenSource } from 'vscode-jsonrpc/node';

/** Aborts when the other side cancels the request. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  // Goes with the token, at the end of the request.
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/**
 * Sends a request that the other side cancels when the signal aborts; it settles as that side has it settle.
 * @param send gets the token to send it with.
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

/** A message to the other side that needs no answer. When that side is gone, whoever waits for it learns so. */
export function tell(sent: Promise<void>): void {
  sent.catch(() => undefined);
}
