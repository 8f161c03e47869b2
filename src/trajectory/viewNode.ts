import { drawable, drawableStart } from '../ground/drawable';
import type { TreeNode } from './tree';
import { folds, shownTailLength, summaryLength, type ViewNode } from './viewProtocol';

/** A node of the tree, reduced to what a view draws. */
export function viewNode(node: TreeNode): ViewNode {
  const { totals, usage } = node;
  const tokens = totals.inputTokens + totals.outputTokens;
  const own = usage ? usage.inputTokens + usage.outputTokens : 0;
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
    ...(node.total === null || node.total === node.children.length ? {} : { total: node.total }),
    ...(folds(node.kind) ? below(node) : {}),
    ...(usage && own !== tokens ? { ownTokens: own } : {}),
    ...(tokens > 0 ? { tokens } : {}),
    ...(totals.estimated ? { estimated: true } : {}),
    ...(totals.costUsd > 0 ? { costUsd: totals.costUsd } : {}),
    ...(totals.costUnknown ? { costUnknown: true } : {}),
    ...(totals.calls > 0 ? { calls: totals.calls } : {}),
    ...(running ? { running: totals.running } : {}),
    ...(node.parts.length > 0 ? { parts: node.parts } : {}),
  };
}

function below({ children, childrenRunning, childrenOk, childrenFailed }: TreeNode) {
  return {
    ...(children.length > 0 ? { below: children.length } : {}),
    ...(childrenRunning > 0 ? { belowRunning: childrenRunning } : {}),
    ...(childrenOk > 0 ? { belowOk: childrenOk } : {}),
    ...(childrenFailed > 0 ? { belowFailed: childrenFailed } : {}),
  };
}
