import type { NodeId } from './events';
import type { ShownRun } from './shownRun';
import type { TreeNode } from './tree';
import { folds } from './viewProtocol';

/** A list of siblings that is being sent, and the next one to send. */
interface Walk {
  readonly siblings: readonly NodeId[];
  next: number;
}

/**
 * The nodes of a run that a view does not have yet: new ones and changed ones. Taking a message walks the tree
 * from the top, so that opening a run, or unfolding a part of it, costs no more at once than a message. Nodes
 * below a folded node are left out until it is unfolded.
 */
export class UnsentNodes {
  readonly #run: ShownRun | null;
  readonly #most: number;
  readonly #sent = new Set<NodeId>();
  /** Sent nodes with a newer version. */
  readonly #changed = new Set<NodeId>();
  /** The lists of siblings still to walk; the last one first. */
  readonly #walks: Walk[] = [];
  /** Nodes that started behind the walk. They are sent after it, so that siblings stay in order. */
  readonly #late = new Set<NodeId>();
  readonly #unfolded = new Set<NodeId>();
  #unfoldedAll = false;

  /** @param most how many nodes are sent at most */
  constructor(run: ShownRun | null, most: number) {
    this.#run = run;
    this.#most = most;
    const root = run?.tree.root ?? null;
    if (root !== null) this.#walks.push({ siblings: [root], next: 0 });
  }

  /** Whether there is anything to send. */
  get any(): boolean {
    this.#dropWalked();
    return this.#changed.size + this.#late.size + this.#walks.length > 0;
  }

  /** Notes a new or changed node. */
  note(id: NodeId): void {
    if (this.#sent.has(id)) {
      this.#changed.add(id);
      return;
    }
    if (this.#sent.size >= this.#most) return;
    const parent = this.#run?.tree.nodes.get(id)?.parent ?? null;
    // The walk will reach nodes below an unsent one. Nodes below a folded one are not wanted.
    if (parent === null || (this.#sent.has(parent) && !this.#isFolded(parent))) this.#late.add(id);
  }

  /** Adds what is below a node, and all on the way to it; with null, everything. */
  unfold(id: NodeId | null): void {
    if (id === null) {
      if (this.#unfoldedAll) return;
      const folded = [...this.#sent].filter((node) => this.#isFolded(node));
      this.#unfoldedAll = true;
      for (const node of folded.reverse()) this.#walkBelow(node);
      return;
    }
    for (let node = this.#node(id); node; node = this.#node(node.parent)) {
      if (!this.#isFolded(node.id)) continue;
      this.#unfolded.add(node.id);
      // If a node further up is folded, the walk starts there.
      if (this.#sent.has(node.id)) this.#walkBelow(node.id);
    }
  }

  /** The newest versions of the nodes to send next, parents before their children. */
  take(most: number): TreeNode[] {
    const nodes: TreeNode[] = [];
    for (const id of this.#changed) {
      if (nodes.length >= most) return nodes;
      this.#changed.delete(id);
      const node = this.#node(id);
      if (node) nodes.push(node);
    }
    while (nodes.length < most) {
      if (this.#sent.size >= this.#most) {
        this.#walks.length = 0;
        this.#late.clear();
      }
      const id = this.#nextOfWalk() ?? this.#nextLate();
      if (id === null) break;
      const node = this.#sent.has(id) ? undefined : this.#node(id);
      if (!node) continue;
      this.#sent.add(id);
      nodes.push(node);
      if (!this.#isFolded(id)) this.#walkBelow(id);
    }
    return nodes;
  }

  #node(id: NodeId | null): TreeNode | undefined {
    return id === null ? undefined : this.#run?.tree.nodes.get(id);
  }

  #isFolded(id: NodeId): boolean {
    if (this.#unfoldedAll || this.#unfolded.has(id)) return false;
    const node = this.#node(id);
    return node !== undefined && folds(node.kind);
  }

  #walkBelow(id: NodeId): void {
    const siblings = this.#node(id)?.children ?? [];
    if (siblings.length > 0) this.#walks.push({ siblings, next: 0 });
  }

  #nextOfWalk(): NodeId | null {
    this.#dropWalked();
    const walk = this.#walks.at(-1);
    if (!walk) return null;
    const id = walk.siblings[walk.next] ?? null;
    walk.next += 1;
    return id;
  }

  /** Lists grow while the run goes on; nodes added after the end was reached are noted as late. */
  #dropWalked(): void {
    for (let walk = this.#walks.at(-1); walk; walk = this.#walks.at(-1)) {
      if (walk.next < walk.siblings.length) return;
      this.#walks.pop();
    }
  }

  #nextLate(): NodeId | null {
    for (const id of this.#late) {
      this.#late.delete(id);
      return id;
    }
    return null;
  }
}
