import { messageOf } from '../../ground/fileFailure';
import type { NodeHandle } from '../../trajectory/recorder';
import { isNodeStopped } from '../budget/nodeStops';
import { failedSlot, incompleteSlot, type Slot, stoppedSlot } from '../completion/batchSlots';
import type { Completion, Query } from '../completion/completion';
import type { RunServices } from '../completion/services';
import { complete } from './complete';

/**
 * The recursion: completes a question of a child RLM once its depth has room, and ends its node. Does not
 * reject; the slot says what became of it.
 */
export async function runChild(query: Query, run: RunServices, signal: AbortSignal): Promise<Slot> {
  const { node, depth } = query;
  const slots = run.childSlots(depth);
  try {
    await slots.acquire(depth, signal);
  } catch {
    return stoppedChild(node, run, signal);
  }
  node.progress({ working: true });
  try {
    return await run.stops.within(node.id, signal, async (stoppable) =>
      slotOf(await complete(query, run, stoppable), node, run, stoppable),
    );
  } finally {
    slots.release();
  }
}

/** Ends the node of a child that a person, a limit or the end of the run stopped. @param answer its draft. */
export function stoppedChild(
  node: NodeHandle,
  { limitReached, prompts }: RunServices,
  signal: AbortSignal,
  answer = '',
): Slot {
  const limit = limitReached.error;
  if (limit) {
    node.end('stopped', { reason: limit.message });
    return stoppedSlot(limit.message);
  }
  if (!isNodeStopped(signal.reason)) {
    node.end('cancelled');
    return stoppedSlot('The call was cancelled.');
  }
  node.end('cancelled', { reason: 'stopped by a person' });
  const { message } = signal.reason;
  return answer ? incompleteSlot(answer, message, prompts) : stoppedSlot(message);
}

function slotOf(
  { answer, ending }: Completion,
  node: NodeHandle,
  run: RunServices,
  signal: AbortSignal,
): Slot {
  if (answer) node.body('answer', answer);
  switch (ending.kind) {
    case 'submitted':
    case 'text':
      node.end('ok');
      return { text: answer, failed: false };
    case 'limit': {
      const { message } = ending.limit;
      node.end('stopped', { reason: message });
      return answer ? incompleteSlot(answer, message, run.prompts) : failedSlot(message);
    }
    case 'cancelled':
      return stoppedChild(node, run, signal, answer);
    case 'failed': {
      const reason = messageOf(ending.error);
      node.end('error', { reason });
      return failedSlot(reason);
    }
  }
}
