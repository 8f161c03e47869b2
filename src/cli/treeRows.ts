import { drawable } from '../ground/drawable';
import { plural } from '../ground/figures';
import type { NodeId } from '../trajectory/events';
import type { Tree, TreeNode } from '../trajectory/tree';

/** One line of the tree, before it is drawn. */
export interface ProgressRow {
  /** 0 for the turns of the root. */
  readonly level: number;
  /** The node that icon and figures describe; null for a line that counts others. */
  readonly node: TreeNode | null;
  readonly text: string;
  /** Drawn muted after the text: the last streamed words, or the error of a turn's code. */
  readonly tail: string;
}

/** How many ended and running children are shown below a running node; the rest is counted. */
const endedShown = 3;
const runningShown = 4;

/**
 * The rows of a run: one for each ended turn, and the running turn with what is below it. At most `most`
 * rows; the earliest turns are folded first.
 */
export function treeRows(tree: Tree, most: number): readonly ProgressRow[] {
  const root = tree.root === null ? undefined : tree.nodes.get(tree.root);
  if (!root) return [];
  const blocks = childrenOf(tree, root).map((node) => rowsOf(tree, node, 0));
  return fold(blocks, most);
}

/** Drops whole turns from the front until the rest fits, and says how many; then cuts the end. */
function fold(blocks: readonly (readonly ProgressRow[])[], most: number): readonly ProgressRow[] {
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

function rowsOf(tree: Tree, node: TreeNode, level: number): readonly ProgressRow[] {
  if (node.status !== 'running') {
    return [{ level, node, text: textOf(node), tail: mistakeIn(tree, node) }];
  }
  if (node.kind === 'cell') {
    return [{ level, node, text: textOf(node), tail: drawable(node.tail) }];
  }
  const below = lookBelow(tree, node);
  const { speaking } = below;
  const tail = drawable((speaking ?? node).tail) || waitOf(speaking);
  return [
    { level, node, text: textOf(node, below), tail },
    ...rowsBelow(tree, node, below, level + 1),
  ];
}

/** Why a call of the root waits for another try; "" when it does not. */
function waitOf(call: TreeNode | null): string {
  return drawable(/ · (.*)$/s.exec(call?.summary ?? '')?.[1] ?? '');
}

function rowsBelow(
  tree: Tree,
  node: TreeNode,
  { ended, endedCount, running, runningCount }: Below,
  level: number,
): readonly ProgressRow[] {
  // A batch counts its finished slots itself.
  const shown = node.kind === 'batch' ? [] : ended;
  const earlier = node.kind === 'batch' ? 0 : endedCount - shown.length;
  const more = runningCount - running.length;
  return [
    ...(earlier > 0 ? [note(level, `${earlier} earlier`)] : []),
    ...shown.flatMap((child) => rowsOf(tree, child, level)),
    ...running.flatMap((child) => rowsOf(tree, child, level)),
    ...(more > 0 ? [note(level, `${more} more running`)] : []),
  ];
}

/** The children of a running node: those worth showing, and counts of all. */
interface Below {
  readonly ended: readonly TreeNode[];
  readonly endedCount: number;
  readonly running: readonly TreeNode[];
  readonly runningCount: number;
  readonly failed: number;
  /** The running call of the root model; it is drawn on the row of its turn. */
  readonly speaking: TreeNode | null;
}

/** Takes one pass and keeps no full lists: a batch may have tens of thousands of slots and is drawn often. */
function lookBelow(tree: Tree, parent: TreeNode): Below {
  const ended: TreeNode[] = [];
  const running: TreeNode[] = [];
  let endedCount = 0;
  let runningCount = 0;
  let failed = 0;
  let speaking: TreeNode | null = null;

  const add = (node: TreeNode) => {
    if (node.status === 'running') {
      runningCount += 1;
      if (running.length < runningShown) running.push(node);
      return;
    }
    endedCount += 1;
    if (node.status === 'error') failed += 1;
    ended.push(node);
    if (ended.length > endedShown) ended.shift();
  };
  // A cell only repeats what its turn says, so its calls are shown instead. The cell itself follows its calls
  // if it failed or is busy on its own.
  const addCell = (cell: TreeNode) => {
    const before = runningCount;
    for (const id of cell.children) visit(tree.nodes.get(id));
    const busy = cell.status === 'running' && runningCount === before;
    if (busy || cell.status === 'error') add(cell);
  };
  const visit = (node: TreeNode | undefined) => {
    if (!node) return;
    if (node.kind === 'cell') addCell(node);
    else if (node.kind !== 'model-call' || node.status === 'error') add(node);
    else if (node.status === 'running') speaking = node;
  };
  for (const id of parent.children) visit(tree.nodes.get(id));
  return { ended, endedCount, running, runningCount, failed, speaking };
}

/** The error of an ended turn's code. */
function mistakeIn(tree: Tree, node: TreeNode): string {
  if (node.kind !== 'iteration') return '';
  const failed = childrenOf(tree, node).findLast(
    ({ kind, status }) => kind === 'cell' && status === 'error',
  );
  return drawable(failed?.reason ?? '');
}

function childrenOf(tree: Tree, node: TreeNode): readonly TreeNode[] {
  return node.children.flatMap((id: NodeId) => tree.nodes.get(id) ?? []);
}

function textOf(node: TreeNode, below?: Below): string {
  const summary = drawable(node.summary);
  const reason = drawable(node.reason ?? '');
  const parts = [summary];
  if (node.kind === 'batch' && below) {
    const { runningCount, failed } = below;
    const counts = [
      `${node.done ?? 0} done`,
      runningCount > 0 && `${runningCount} running`,
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

function note(level: number, text: string): ProgressRow {
  return { level, node: null, text, tail: '' };
}
