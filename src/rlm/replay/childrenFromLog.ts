import { type RecordedNode, usageBelow } from '../../trajectory/recording';
import { childKey } from '../calls/recordKeys';
import { failedSlot, incompleteSlot, type Slot } from '../completion/batchSlots';
import type { Query } from '../completion/completion';
import type { RunServices } from '../completion/services';
import { admitSubcalls } from '../host/asking';
import { complete } from '../loop/complete';
import { stoppedChild } from '../loop/runChild';
import { cellLogOf, resumeCompletion, silentNode } from './pastNodes';

const from = 'the earlier run';

/**
 * Child RLMs that continue where an earlier run ended. A finished child has the same answer as then.
 * @param rerun services to run its code again, so that it writes to the report as it did then; null if it need not.
 */
export function childrenFromLog(
  live: RunServices['child'],
  rerun: ((run: RunServices) => RunServices) | null,
): RunServices['child'] {
  return async (query, run, signal) => {
    const before = cellLogOf(query.node)?.asked(childKey(query)) ?? null;
    if (!before) return live(query, run, signal);
    if (!hasEnded(before)) {
      resumeCompletion(query.node, before, from);
      return live(query, run, signal);
    }
    if (!rerun || !mayWrite(before)) return endAgain(before, query, run);
    const slots = run.childSlots(query.depth);
    try {
      await slots.acquire(query.depth, signal);
    } catch {
      return stoppedChild(query.node, run, signal);
    }
    const node = silentNode();
    resumeCompletion(node, before, from);
    await complete({ ...query, node }, rerun(run), signal).finally(() => slots.release());
    return endAgain(before, query, run);
  };
}

/** Ends the node of a child as it ended in the earlier run. */
function endAgain(before: RecordedNode, { node }: Query, run: RunServices): Slot {
  const { outcome, reason } = before;
  const answer = before.bodies.get('answer') ?? '';
  const usage = usageBelow(before);
  admitSubcalls(countAsked(before), run);
  run.budget.countSpent(usage);
  if (answer) node.body('answer', answer);
  const why = reason === null ? {} : { reason };
  node.end(outcome ?? 'error', { usage, ...why });
  if (outcome === 'ok') return { text: answer, failed: false };
  return answer
    ? incompleteSlot(answer, reason ?? '', run.prompts)
    : failedSlot(reason ?? 'The call was cancelled.');
}

/** False for a child that was running when its run was killed or stopped. */
function hasEnded({ outcome, reason, bodies }: RecordedNode): boolean {
  if (outcome === 'ok') return bodies.has('answer');
  return outcome !== null && !(outcome === 'cancelled' && reason === null);
}

/** Whether code below a node, at any depth, mentions the report or documents. */
function mayWrite(node: RecordedNode): boolean {
  const code = node.bodies.get('code');
  return (
    (code !== undefined && /\breport\b|open_document/.test(code)) || node.children.some(mayWrite)
  );
}

/** The number of sub-calls and children below a node, at any depth. */
function countAsked(node: RecordedNode): number {
  return node.children.reduce(
    (sum, child) =>
      sum + countAsked(child) + (child.kind === 'subcall' || child.kind === 'child' ? 1 : 0),
    0,
  );
}
