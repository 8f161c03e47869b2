import type { NodeId } from '../trajectory/events';
import type { Tree, TreeNode } from '../trajectory/tree';
import { drawable } from './drawable';
import { plural } from './figures';

/** One line of the tree, before it is drawn. */
export interface TreeRow {
  /** 0 for the turns of the root. */
  readonly level: number;
  /** The node that icon and figures are of; null for a line that stands for others. */
  readonly node: TreeNode | null;
  readonly text: string;
  /** Drawn muted after the text: the last streamed words, or what went wrong in a turn's code. */
  readonly tail: string;
}

/** Rows of ended and running children that are shown below a node that runs; the rest is counted. */
const endedShown = 3;
const runningShown = 4;

/**
 * The rows of a run: one for each turn that ended, and what runs now opened up. At most `most` rows:
 * the earliest turns are folded first.
 */
export function treeRows(tree: Tree, most: number): readonly TreeRow[] {
  const root = tree.root === null ? undefined : tree.nodes.get(tree.root);
  if (!root) return [];
  const blocks = childrenOf(tree, root).map((node) => rowsOf(tree, node, 0));
  return fold(blocks, most);
}

/** Drops whole turns from the front until the rest fits, and says how many; then cuts the end. */
function fold(blocks: readonly (readonly TreeRow[])[], most: number): readonly TreeRow[] {
  const total = blocks.reduce((sum, block) => sum + block.length, 0);
  if (total <= most) return blocks.flat();
  let first = 0;
  let left = total;
  while (first < blocks.length - 1 && left + 1 > most) {
    left -= blocks[first]?.length ?? 0;
    first += 1;
  }
  const rest = blocks.slice(first).flat();
  const rows = first > 0 ? [note(0, `${plural(first, 'earlier step')}`), ...rest] : rest;
  return rows.slice(0, Math.max(0, most));
}

function rowsOf(tree: Tree, node: TreeNode, level: number): readonly TreeRow[] {
  const row: TreeRow = {
    level,
    node,
    text: textOf(tree, node),
    tail: tailOf(tree, node),
  };
  // What a cell calls is drawn in its place, see openedCells.
  const open = node.status === 'running' && node.kind !== 'cell';
  return open ? [row, ...rowsBelow(tree, node, level + 1)] : [row];
}

function rowsBelow(tree: Tree, node: TreeNode, level: number): readonly TreeRow[] {
  const ended: TreeNode[] = [];
  const running: TreeNode[] = [];
  for (const child of openedCells(tree, childrenOf(tree, node))) {
    // The root model speaks on the row of its turn.
    if (child.kind === 'model-call' && child.status !== 'error') continue;
    (child.status === 'running' ? running : ended).push(child);
  }
  // The slots of a batch that are done are in its count.
  const shownEnded = node.kind === 'batch' ? [] : ended.slice(-endedShown);
  const hidden = node.kind === 'batch' ? 0 : ended.length - shownEnded.length;
  const waiting = running.length - runningShown;
  return [
    ...(hidden > 0 ? [note(level, `${hidden} earlier`)] : []),
    ...shownEnded.flatMap((child) => rowsOf(tree, child, level)),
    ...running.slice(0, runningShown).flatMap((child) => rowsOf(tree, child, level)),
    ...(waiting > 0 ? [note(level, `${waiting} more running`)] : []),
  ];
}

/**
 * Cells replaced by what they call, as they would only repeat what their turn says. A cell is shown
 * itself, after its calls, when it failed or is busy on its own.
 */
function openedCells(tree: Tree, nodes: readonly TreeNode[]): readonly TreeNode[] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'cell') return [node];
    const calls = childrenOf(tree, node);
    const waits = calls.some(({ status }) => status === 'running');
    const busy = node.status === 'running' && !waits;
    return busy || node.status === 'error' ? [...calls, node] : calls;
  });
}

function childrenOf(tree: Tree, node: TreeNode): readonly TreeNode[] {
  return node.children.flatMap((id: NodeId) => tree.nodes.get(id) ?? []);
}

function tailOf(tree: Tree, node: TreeNode): string {
  if (node.kind !== 'iteration') return node.status === 'running' ? drawable(node.tail) : '';
  const children = childrenOf(tree, node);
  if (node.status === 'running') {
    const speaking = children.find(
      ({ kind, status }) => kind === 'model-call' && status === 'running',
    );
    return drawable(speaking?.tail ?? '');
  }
  const failed = children.findLast(({ kind, status }) => kind === 'cell' && status === 'error');
  return drawable(failed?.reason ?? '');
}

function textOf(tree: Tree, node: TreeNode): string {
  const summary = drawable(node.summary);
  const reason = drawable(node.reason ?? '');
  const parts = [summary];
  if (node.kind === 'batch' && node.status === 'running') {
    const running = node.totals.running - 1;
    const failed = childrenOf(tree, node).filter(({ status }) => status === 'error').length;
    const counts = [
      `${node.done ?? 0} done`,
      running > 0 && `${running} running`,
      failed > 0 && `${failed} failed`,
    ];
    parts.push(counts.filter((count) => count).join(', '));
  }
  if (node.kind === 'iteration' && node.status !== 'running' && node.totals.calls > 1) {
    parts.push(plural(node.totals.calls - 1, 'sub-call'));
  }
  if (reason) parts.push(reason);
  return parts.join(' · ');
}

function note(level: number, text: string): TreeRow {
  return { level, node: null, text, tail: '' };
}
