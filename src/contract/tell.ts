/** A message to the other side that needs no answer. When that side is gone, whoever waits for it learns so. */
export function tell(sent: Promise<void>): void {
  sent.catch(() => undefined);
}
