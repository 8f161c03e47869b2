import { clock, spent } from '../../ground/figures';
import type { NodeId, TrajectoryEvent } from '../../trajectory/events';
import type { Tree, TreeNode } from '../../trajectory/tree';

/** Says what a run is doing, from its newest event. */
export class RunProgress {
  #tree: Tree;
  #turn = 0;
  #action = 'Starting';
  #speaking: NodeId | null = null;
  #said = '';

  /** @param tree of the run, before its first event. */
  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Takes an event, and the tree after it. True when there is something new to show. */
  handle(event: TrajectoryEvent, tree: Tree): boolean {
    this.#tree = tree;
    const node = this.#tree.nodes.get(event.node);
    if (!node) return false;
    const heard = this.#listen(event, node);
    const action = this.#actionOf(event, node);
    if (action === null || action === this.#action) return heard;
    this.#action = action;
    return true;
  }

  /** One line without figures: `Turn 2 · grep "createServer" → 92 in 14 files`. */
  get action(): string {
    return this.#turn === 0 ? this.#action : `Turn ${this.#turn} · ${this.#action}`;
  }

  /** The root model's words in this turn so far, up to its code. Markdown. */
  get words(): string {
    return (this.#said.split(/^[ \t]*(?:```|~~~)/m)[0] ?? '').trim();
  }

  /** The line with elapsed time, and cost where it is known. */
  message(elapsedMs: number): string {
    const parts = [this.action, clock(elapsedMs)];
    const root = this.#tree.root === null ? undefined : this.#tree.nodes.get(this.#tree.root);
    if (root && root.totals.costUsd > 0 && !root.totals.costUnknown) {
      parts.push(spent(root.totals.costUsd, root.totals.estimated));
    }
    return parts.join(' · ');
  }

  /** Follows the root model's own words. */
  #listen(event: TrajectoryEvent, node: TreeNode): boolean {
    if (event.type === 'node-started' && this.#isRootCall(node)) {
      this.#speaking = node.id;
      this.#said = '';
      return false;
    }
    if (event.type !== 'node-progress' || node.id !== this.#speaking || !event.text) return false;
    const before = this.words;
    this.#said += event.text;
    return this.words !== before;
  }

  #isRootCall(node: TreeNode): boolean {
    const iteration = node.parent === null ? undefined : this.#tree.nodes.get(node.parent);
    return node.kind === 'model-call' && iteration?.parent === this.#tree.root;
  }

  #actionOf(event: TrajectoryEvent, node: TreeNode): string | null {
    switch (node.kind) {
      case 'iteration':
        if (event.type === 'node-started' && node.parent === this.#tree.root) this.#turn++;
        return event.type === 'node-progress' ? node.summary : null;
      case 'model-call':
        return event.type === 'node-started' ? `Waiting for ${node.summary}` : null;
      case 'cell':
        return event.type === 'node-started' ? 'Running code' : null;
      case 'host-call':
        return event.type === 'node-ended' && event.outcome === 'ok' ? node.summary : null;
      case 'batch':
        return node.done === null || event.type === 'node-ended'
          ? node.summary
          : `${node.summary}, ${node.done} of ${node.total ?? node.done} done`;
      case 'subcall':
        return event.type === 'node-started' && !this.#isInBatch(node)
          ? `Sub-call: ${node.summary}`
          : null;
      case 'child':
        return event.type === 'node-started' ? `Child run: ${node.summary}` : null;
      case 'report':
        // Only the report as a whole: single sections change too quickly to read.
        return node.parent === this.#tree.root ? node.summary : null;
      case 'answer':
        return node.summary;
      case 'run':
        return null;
    }
  }

  #isInBatch(node: TreeNode): boolean {
    return node.parent !== null && this.#tree.nodes.get(node.parent)?.kind === 'batch';
  }
}
