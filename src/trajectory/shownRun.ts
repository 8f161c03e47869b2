import { CoverageFolders } from './coverageFolders';
import type { NodeId, NodeStarted, TrajectoryEvent } from './events';
import { emptyTree, reduce, type Tree, type TreeNode } from './tree';
import type { HistoryEntry, RunSums, ViewRun } from './viewProtocol';

/** A run for views: its tree, the files it saw, and listeners to its changes. */
export class ShownRun {
  #tree: Tree = emptyTree();
  #live: boolean;
  readonly coverage = new CoverageFolders();
  #turns = 0;
  #subcalls = 0;
  #depth = 0;
  readonly #listeners = new Set<(changed: readonly NodeId[]) => void>();

  /** @param live false for a run that was read from its log. */
  constructor(live: boolean) {
    this.#live = live;
  }

  get tree(): Tree {
    return this.#tree;
  }

  /** Whether more events may come. */
  get live(): boolean {
    return this.#live;
  }

  /** The details for the view's header; null before the first event. */
  get details(): ViewRun | null {
    const details = this.#tree.details;
    if (!details) return null;
    const { run, question, model, subModel, subject, limits } = details;
    return {
      id: run,
      question,
      model,
      subModel,
      subject,
      limits: limits ?? null,
      live: this.#live,
    };
  }

  /** The counts that limits apply to, besides the totals. */
  get sums(): RunSums {
    const nodes = this.#tree.nodes.size;
    return { nodes, turns: this.#turns, subcalls: this.#subcalls, depth: this.#depth };
  }

  /** Takes one more event. */
  readonly sink = (event: TrajectoryEvent): void => {
    const { version } = this.#tree;
    this.#tree = reduce(this.#tree, event);
    if (event.type === 'node-progress' && event.files) this.coverage.add(event.files);
    if (this.#tree.version === version) return;
    if (event.type === 'node-started') this.#count(event);
    this.#tell(this.#changedBy(event));
  };

  #count({ node, parent, kind }: NodeStarted): void {
    if (kind === 'iteration' && parent === this.#tree.root) this.#turns += 1;
    if (kind !== 'subcall' && kind !== 'child') return;
    this.#subcalls += 1;
    let depth = 0;
    for (let at = this.#tree.nodes.get(node); at; at = this.#above(at)) {
      if (at.kind === 'subcall' || at.kind === 'child') depth += 1;
    }
    this.#depth = Math.max(this.#depth, depth);
  }

  #above({ parent }: TreeNode): TreeNode | undefined {
    return parent === null ? undefined : this.#tree.nodes.get(parent);
  }

  /** Call when no more events will come. */
  end(): void {
    this.#live = false;
    this.#tell([]);
  }

  /** @returns a function that stops listening. */
  listen(listener: (changed: readonly NodeId[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(changed: readonly NodeId[]): void {
    for (const listener of this.#listeners) listener(changed);
  }

  /** The event's node; with all nodes above it if their sums change. */
  #changedBy(event: TrajectoryEvent): readonly NodeId[] {
    if (!changesSums(event)) return [event.node];
    const changed: NodeId[] = [];
    let id: NodeId | null = event.node;
    while (id !== null) {
      changed.push(id);
      id = this.#tree.nodes.get(id)?.parent ?? null;
    }
    return changed;
  }
}

function changesSums(event: TrajectoryEvent): boolean {
  if (event.type === 'node-progress') return event.spent !== undefined;
  return event.type === 'node-started' || event.type === 'node-ended';
}

/** A run's entry in the history; null before its first event. */
export function historyEntry({ tree, live }: ShownRun): HistoryEntry | null {
  const root = tree.root === null ? undefined : tree.nodes.get(tree.root);
  if (!root || !tree.details) return null;
  const { totals } = root;
  // The log of a killed run ends in the middle.
  const status = root.status === 'running' && !live ? 'cancelled' : root.status;
  return {
    id: tree.details.run,
    question: tree.details.question,
    model: tree.details.model,
    subject: tree.details.subject,
    started: root.started,
    durationMs: Math.max(0, (root.ended ?? root.started) - root.started),
    status,
    reason: root.reason,
    costUsd: totals.costUsd,
    costUnknown: totals.costUnknown,
    tokens: totals.inputTokens + totals.outputTokens,
    calls: totals.calls,
  };
}
