import type { NodeId } from '../trajectory/events';
import { folds } from '../trajectory/viewProtocol';
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
  /** The rows with the same parent. */
  readonly group: RowGroup;
  /** The rows directly below; null when none are drawn. */
  readonly below: RowGroup | null;
}

/** The number of rows with the same parent, which grows during the run. */
export interface RowGroup {
  size: number;
}

export interface RowOptions {
  /** The nodes that the user opened or closed. */
  readonly opened: ReadonlyMap<NodeId, boolean>;
  /** Whether ended nodes are closed unless the user opened them. */
  readonly collapseFinished: boolean;
  readonly filter: Filter;
}

/** The rows of a run, from top to bottom. */
export function rowsOf(root: Entry, options: RowOptions, group: RowGroup = { size: 0 }): Row[] {
  const rows: Row[] = [];
  if (isFiltering(options.filter)) addMatching(rows, root, options);
  else addBelow(rows, rowChildren(root), 1, group, options);
  return rows;
}

/** The row of a node and all rows below it. @param position of the row in `group` */
export function rowsFrom(
  entry: Entry,
  { level, position, group }: Pick<Row, 'level' | 'position' | 'group'>,
  options: RowOptions,
): Row[] {
  const rows: Row[] = [];
  addRow(rows, entry, { level, position, group }, options);
  return rows;
}

/**
 * The nodes that are drawn below a node. A turn's own row shows the words of its model call, and its cell if it is
 * the only one. So a call of the root LM has a row only if it failed, and a cell only beside others.
 */
function rowChildren(entry: Entry): readonly Entry[] {
  const { node, children } = entry;
  if (node.kind !== 'iteration') return children;
  const single = singleCell(entry);
  return children.flatMap((child) => {
    if (child.node.kind === 'model-call') return child.node.status === 'error' ? [child] : [];
    return child === single ? child.children : [child];
  });
}

/** The only cell of a turn; null when there are several, or none. */
export function singleCell({ children }: Entry): Entry | null {
  let found: Entry | null = null;
  for (const child of children) {
    if (child.node.kind !== 'cell') continue;
    if (found) return null;
    found = child;
  }
  return found;
}

/** Whether a row is open unless the user closed it. */
function opensByItself({ node }: Entry, collapseFinished: boolean): boolean {
  if (node.kind === 'batch') return false;
  if (node.status === 'running') return true;
  return !collapseFinished && node.kind !== 'child';
}

/** Whether there are nodes below that have not been sent or drawn. */
function hasBelow(entry: Entry): boolean {
  const { node } = entry;
  if (folds(node.kind)) return (node.below ?? 0) > 0 || entry.children.length > 0;
  return rowChildren(entry).length > 0;
}

export function isOpen(entry: Entry, { opened, collapseFinished }: RowOptions): boolean {
  return opened.get(entry.node.id) ?? opensByItself(entry, collapseFinished);
}

function addBelow(
  rows: Row[],
  entries: readonly Entry[],
  level: number,
  group: RowGroup,
  options: RowOptions,
): void {
  for (const entry of entries) {
    group.size += 1;
    addRow(rows, entry, { level, position: group.size, group }, options);
  }
}

function addRow(
  rows: Row[],
  entry: Entry,
  place: Pick<Row, 'level' | 'position' | 'group'>,
  options: RowOptions,
): void {
  const expanded = hasBelow(entry) ? isOpen(entry, options) : null;
  const below = expanded ? { size: 0 } : null;
  rows.push({ entry, ...place, expanded, below });
  if (below) addBelow(rows, rowChildren(entry), place.level + 1, below, options);
}

/** With a filter: the matching nodes and those above them, all open. */
function addMatching(rows: Row[], root: Entry, { filter }: RowOptions): void {
  const matches = matcher(filter);
  const add = (entries: readonly Entry[], level: number): RowGroup => {
    const group = { size: 0 };
    for (const entry of entries) {
      const at = rows.length;
      rows.push({ entry, level, expanded: null, position: 0, group, below: null });
      const below = add(rowChildren(entry), level + 1);
      if (below.size === 0 && !matches(entry.node)) {
        rows.length = at;
        continue;
      }
      group.size += 1;
      const expanded = below.size > 0 ? true : null;
      rows[at] = { entry, level, expanded, position: group.size, group, below };
    }
    return group;
  };
  add(rowChildren(root), 1);
}
