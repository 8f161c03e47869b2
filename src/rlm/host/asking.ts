import { messageOf } from '../../ground/fileFailure';
import { HostCallError, type HostReply } from '../../repl/hostCall';
import type { NodeHandle } from '../../trajectory/recorder';
import { LimitReachedError } from '../budget/limits';
import { packSlots, type Slot } from '../completion/batchSlots';
import type { RunServices } from '../completion/services';

/** The context of a question that code asks. */
export interface Asking {
  /** The node above it: the cell, or a batch. */
  readonly node: NodeHandle;
  readonly signal: AbortSignal;
}

/**
 * Asks a batch, below a node of its own, which a person can stop alone. A failing slot never fails the batch: its text
 * starts with "Error:".
 * @param what names its slots, for example "12 sub-calls".
 */
export async function askBatch(
  what: string,
  { node, signal }: Asking,
  { stops, limitReached }: RunServices,
  askAll: (asking: Asking) => Promise<readonly Slot[]>,
): Promise<HostReply> {
  const batch = node.child('batch', what);
  try {
    const slots = await stops.within(batch.id, signal, (stoppable) =>
      askAll({ node: batch, signal: stoppable }),
    );
    endBatch(batch, what, slots, limitReached.error !== null);
    return packSlots(slots);
  } catch (error) {
    batch.end('error', { reason: messageOf(error) });
    throw error;
  }
}

/** Ends the node of a batch with its outcome, and the slots that were done or failed. */
function endBatch(batch: NodeHandle, what: string, slots: readonly Slot[], atLimit: boolean): void {
  const failed = slots.filter((slot) => slot.failed && !slot.stopped).length;
  const done = slots.filter((slot) => !slot.stopped).length;
  const summary = failed === 0 ? what : `${what}, ${failed} failed`;
  if (done === slots.length) batch.end('ok', { summary });
  else {
    const reason = `stopped: ${done} of ${slots.length} done`;
    batch.end(atLimit ? 'stopped' : 'cancelled', { summary, reason });
  }
}

/** Asks everything at once and counts what is done. The slots are in order, each with its own failure. */
export function askAtOnce<Item>(
  items: readonly Item[],
  { node }: Asking,
  { budget }: RunServices,
  ask: (item: Item, index: number) => Promise<Slot>,
): Promise<Slot[]> {
  let done = 0;
  return Promise.all(
    items.map(async (item, index) => {
      const slot = await ask(item, index);
      if (slot.stopped) return slot;
      done += 1;
      if (!slot.failed) budget.subcallAnswered();
      if (items.length > 1) node.progress({ done, total: items.length });
      return slot;
    }),
  );
}

/**
 * Counts calls that are about to be made. A batch with more calls than are left is refused, and the code may ask for
 * fewer. With none left, the limit is reached.
 * @throws {HostCallError} if they would be too many; then none is counted.
 */
export function admitSubcalls(count: number, { budget, limitReached }: RunServices): void {
  try {
    budget.admitSubcalls(count);
  } catch (error) {
    if (!(error instanceof LimitReachedError)) throw error;
    const left = budget.subcallsLeft;
    if (left === 0) limitReached.raise(error);
    const remedy = `None was made. Ask for ${left} at most: put more into each prompt, or choose.`;
    throw new HostCallError(
      'SubcallError',
      left === 0 ? error.message : `${error.message} ${remedy}`,
    );
  }
}
