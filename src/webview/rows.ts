import type { NodeId } from '../trajectory/events';
import { type Filter, isFiltering, matcher } from './filter';
import type { Entry } from './runModel';

/** One row of the tree. */
export interface Row {
  readonly entry: Entry;
  /** 1 for the turns of the run. */
  readonly level: number;
  /** Null when there is nothing below. */
  readonly expanded: boolean | null;
  /** Among the rows with the same parent, 1-based. */
  readonly position: number;
  readonly siblings: number;
}

export interface RowOptions {
  /** What a person opened or closed. */
  readonly opened: ReadonlyMap<NodeId, boolean>;
  /** Whatever has ended is closed unless a person opened it. */
  readonly collapseFinished: boolean;
  readonly filter: Filter;
}

/** The rows of a run, from top to bottom. */
export function rowsOf(root: Entry, options: RowOptions): Row[] {
  const rows: Row[] = [];
  if (isFiltering(options.filter)) addMatching(rows, root, options);
  else addBelow(rows, rowChildren(root), 1, options);
  return rows;
}

/**
 * What is drawn below a node. The words of a turn are in its row and its detail, and a turn with one
 * cell is that cell: so the root LM's call is only a row when it failed, and a cell only beside others.
 */
export function rowChildren({ node, children }: Entry): readonly Entry[] {
  if (node.kind !== 'iteration') return children;
  const cells = children.reduce((count, child) => count + (child.node.kind === 'cell' ? 1 : 0), 0);
  return children.flatMap((child) => {
    if (child.node.kind === 'model-call') return child.node.status === 'error' ? [child] : [];
    return child.node.kind === 'cell' && cells === 1 ? child.children : [child];
  });
}

/** Whether a row is open as long as nobody said otherwise. */
export function opensByItself({ node }: Entry, collapseFinished: boolean): boolean {
  if (node.kind === 'batch') return false;
  if (node.status === 'running') return true;
  return !collapseFinished && node.kind !== 'child';
}

function isOpen(entry: Entry, { opened, collapseFinished }: RowOptions): boolean {
  return opened.get(entry.node.id) ?? opensByItself(entry, collapseFinished);
}

function addBelow(
  rows: Row[],
  entries: readonly Entry[],
  level: number,
  options: RowOptions,
): void {
  const siblings = entries.length;
  let position = 0;
  for (const entry of entries) {
    position += 1;
    const below = rowChildren(entry);
    const expanded = below.length > 0 ? isOpen(entry, options) : null;
    rows.push({ entry, level, expanded, position, siblings });
    if (expanded) addBelow(rows, below, level + 1, options);
  }
}

/** With a filter: what matches and what it is in, all open. */
function addMatching(rows: Row[], root: Entry, { filter }: RowOptions): void {
  const matches = matcher(filter);
  const add = (entries: readonly Entry[], level: number): boolean => {
    let any = false;
    const own: number[] = [];
    for (const entry of entries) {
      const at = rows.length;
      rows.push({ entry, level, expanded: null, position: 0, siblings: 0 });
      const below = add(rowChildren(entry), level + 1);
      if (!below && !matches(entry.node)) {
        rows.length = at;
        continue;
      }
      any = true;
      own.push(at);
      rows[at] = { entry, level, expanded: below ? true : null, position: own.length, siblings: 0 };
    }
    for (const at of own) {
      const row = rows[at];
      if (row) rows[at] = { ...row, siblings: own.length };
    }
    return any;
  };
  add(rowChildren(root), 1);
}
