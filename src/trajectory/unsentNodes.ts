import type { NodeId } from './events';
import type { ShownRun } from './shownRun';
import type { TreeNode } from './tree';
import { folds } from './viewProtocol';

/** A list of siblings that is being sent, and how far. */
interface Walk {
  readonly siblings: readonly NodeId[];
  next: number;
}

/**
 * What a view does not know yet of a run: nodes that changed, and those that it was not sent. The tree
 * is walked from the top as messages are taken, so that neither opening a run nor unfolding a part of it
 * costs more at once than a message. What is below a folded node is left out until that is unfolded.
 */
export class UnsentNodes {
  readonly #run: ShownRun | null;
  readonly #most: number;
  readonly #sent = new Set<NodeId>();
  /** Sent nodes of which there is a newer version. */
  readonly #changed = new Set<NodeId>();
  /** Lists of siblings on the way from the top; the last is walked first. */
  readonly #walks: Walk[] = [];
  /** Started behind the walk: to be sent when it is over, or their siblings would come after them. */
  readonly #late = new Set<NodeId>();
  readonly #unfolded = new Set<NodeId>();
  #unfoldedAll = false;

  /** @param most nodes that are sent at most */
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

  /** A node is new, or changed. */
  note(id: NodeId): void {
    if (this.#sent.has(id)) {
      this.#changed.add(id);
      return;
    }
    if (this.#sent.size >= this.#most) return;
    const parent = this.#run?.tree.nodes.get(id)?.parent ?? null;
    // Below what was not sent, the walk comes by; below what is folded, nothing is wanted.
    if (parent === null || (this.#sent.has(parent) && !this.#isFolded(parent))) this.#late.add(id);
  }

  /** What is below that node is wanted, and all on the way to it; with null, everything. */
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
      // What is folded further up is walked from there.
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

  /** The lists grow while the run goes on: what is behind the end of one is noted as late. */
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
