import { drawable, drawableStart } from './drawable';
import type { TreeNode } from './tree';
import { shownTailLength, summaryLength, type ViewNode } from './viewProtocol';

/** A node of the tree, cut down to what a view draws of it. */
export function viewNode(node: TreeNode): ViewNode {
  const { totals, usage } = node;
  const tokens = totals.inputTokens + totals.outputTokens;
  const running = node.status === 'running';
  const tail = running && node.tail ? drawable(node.tail).slice(-shownTailLength) : '';
  return {
    id: node.id,
    parent: node.parent,
    kind: node.kind,
    summary: drawableStart(node.summary, summaryLength),
    status: node.status,
    started: node.started,
    ...(node.reason ? { reason: drawableStart(node.reason, summaryLength) } : {}),
    ...(node.ended === null ? {} : { ended: node.ended }),
    ...(node.workingSince === null ? {} : { workingSince: node.workingSince }),
    ...(tail ? { tail: tail.toWellFormed() } : {}),
    ...(node.done === null ? {} : { done: node.done }),
    ...(node.total === null ? {} : { total: node.total }),
    ...(usage
      ? { ownTokens: usage.inputTokens + usage.outputTokens, ownCostUsd: usage.costUsd }
      : {}),
    ...(tokens > 0 ? { tokens } : {}),
    ...(totals.estimated ? { estimated: true } : {}),
    ...(totals.costUsd > 0 ? { costUsd: totals.costUsd } : {}),
    ...(totals.costUnknown ? { costUnknown: true } : {}),
    ...(totals.calls > 0 ? { calls: totals.calls } : {}),
    ...(running ? { running: totals.running } : {}),
    ...(node.parts.length > 0 ? { parts: node.parts } : {}),
  };
}
