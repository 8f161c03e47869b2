import type { NodeId } from '../trajectory/events';
import { folds } from '../trajectory/viewProtocol';
import { isFiltering } from './filter';
import {
  isOpen,
  type Row,
  type RowGroup,
  type RowOptions,
  rowsFrom,
  rowsOf,
  singleCell,
} from './rows';
import type { Change, Entry } from './runModel';

/** With more changes at once, rebuilding all rows is quicker. */
const mostSteps = 400;

/**
 * The rows of a run, updated in place, so that a message costs only what it changed, however long the list is.
 */
export class RowList {
  readonly #root: Entry | null;
  readonly #options: RowOptions;
  readonly #group: RowGroup = { size: 0 };
  readonly #rows: Row[];
  readonly #missing = new Set<NodeId>();

  constructor(root: Entry | null, options: RowOptions) {
    this.#root = root;
    this.#options = options;
    this.#rows = root ? rowsOf(root, options, this.#group) : [];
    this.#noteMissing(this.#rows);
  }

  /** From top to bottom. Always the same array. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  /** Updates the rows; false when the whole list must be rebuilt. */
  update({ added, restructured, ended }: Change): boolean {
    const steps = added.length + restructured.length;
    if (isFiltering(this.#options.filter)) return steps === 0 && !ended;
    if (!this.#root || steps > mostSteps) return steps === 0;
    const stale = new Set<Entry>(restructured);
    /** Nodes whose rows were built with those above them. */
    const covered = new Set<Entry>();
    for (const entry of added) {
      if (entry.children.length > 0) covered.add(entry);
      if (entry.parent && covered.has(entry.parent)) {
        covered.add(entry);
        continue;
      }
      const place = this.#append(entry);
      if (place) stale.add(place);
    }
    let done = true;
    for (const entry of stale) done &&= this.#rebuild(entry);
    return done;
  }

  /** The index of the row that shows a node; -1 when there is none. @param near where it may be */
  indexOf(id: NodeId, near = this.#rows.length - 1): number {
    if (this.#rows[near]?.entry.node.id === id) return near;
    return this.#rows.findLastIndex(({ entry }) => entry.node.id === id);
  }

  /** Open nodes whose children had not been sent when their rows were built. */
  get missing(): ReadonlySet<NodeId> {
    return this.#missing;
  }

  /**
   * Adds the row of a new node after those of its older siblings. If it is not that simple, returns the node to
   * rebuild.
   */
  #append(entry: Entry): Entry | null {
    const { parent } = entry;
    if (!parent) return null;
    const above = drawnWith(parent);
    if (parent.node.kind === 'iteration') return above;
    // The turn of a single cell may have rows after it.
    if (above !== parent && above.children.at(-1) !== parent) return above;
    if (above === this.#root) {
      this.#insert(this.#rows.length, entry, 1, this.#group);
      return null;
    }
    const at = this.indexOf(above.node.id);
    const row = this.#rows[at];
    if (!row) return null;
    if (!row.below) return row.expanded === false ? null : above;
    this.#insert(this.#endOf(at), entry, row.level + 1, row.below);
    return null;
  }

  #insert(at: number, entry: Entry, level: number, group: RowGroup): void {
    group.size += 1;
    const rows = rowsFrom(entry, { level, position: group.size, group }, this.#options);
    this.#noteMissing(rows);
    this.#rows.splice(at, 0, ...rows);
  }

  /** Rebuilds the rows of a node and below it. */
  #rebuild(entry: Entry): boolean {
    const top = drawnWith(entry);
    if (top === this.#root) return false;
    const at = this.indexOf(top.node.id);
    const row = this.#rows[at];
    // A node in a closed part has no row; one that was not drawn may need one now.
    if (!row) return !this.#isShown(top);
    const rows = rowsFrom(top, row, this.#options);
    this.#noteMissing(rows);
    this.#rows.splice(at, this.#endOf(at) - at, ...rows);
    return true;
  }

  #noteMissing(rows: readonly Row[]): void {
    if (isFiltering(this.#options.filter)) return;
    for (const { entry, expanded } of rows) {
      const { node, children } = entry;
      if (expanded && children.length === 0 && folds(node.kind)) this.#missing.add(node.id);
    }
  }

  #isShown(entry: Entry): boolean {
    for (let at = entry.parent; at && at !== this.#root; at = at.parent) {
      if (drawnWith(at) === at && !isOpen(at, this.#options)) return false;
    }
    return true;
  }

  #endOf(at: number): number {
    const level = this.#rows[at]?.level ?? 0;
    let end = at + 1;
    while ((this.#rows[end]?.level ?? 0) > level) end += 1;
    return end;
  }
}

/** The node whose row shows this one: the turn for its only cell, else itself. */
function drawnWith(entry: Entry): Entry {
  const { node, parent } = entry;
  const isHidden =
    parent?.node.kind === 'iteration' &&
    ((node.kind === 'cell' && singleCell(parent) === entry) ||
      (node.kind === 'model-call' && node.status !== 'error'));
  return isHidden ? parent : entry;
}
