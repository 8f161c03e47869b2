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

/** Rows with the same parent; they become more while the run goes on. */
export interface RowGroup {
  size: number;
}

export interface RowOptions {
  /** What a person opened or closed. */
  readonly opened: ReadonlyMap<NodeId, boolean>;
  /** Whatever has ended is closed unless a person opened it. */
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

/** Those of one row and of all below it. @param position the row's own, in `group` */
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
 * What is drawn below a node. The words of a turn are in its row and its detail, and a turn with one
 * cell is that cell: so the root LM's call is only a row when it failed, and a cell only beside others.
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

/** The cell that a turn's row stands for; null when there are several, or none. */
export function singleCell({ children }: Entry): Entry | null {
  let found: Entry | null = null;
  for (const child of children) {
    if (child.node.kind !== 'cell') continue;
    if (found) return null;
    found = child;
  }
  return found;
}

/** Whether a row is open as long as nobody said otherwise. */
function opensByItself({ node }: Entry, collapseFinished: boolean): boolean {
  if (node.kind === 'batch') return false;
  if (node.status === 'running') return true;
  return !collapseFinished && node.kind !== 'child';
}

/** Whether there is something below that has not been sent, or not been drawn. */
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

/** With a filter: what matches and what it is in, all open. */
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
