import type { NodeId } from '../trajectory/events';
import { unpackNode } from '../trajectory/packedNode';
import type { PackedNode } from '../trajectory/viewProtocol';
import { folds, type ViewNode } from '../trajectory/viewProtocol';

/** A node with its place in the tree. The object stays the same while the node changes. */
export interface Entry {
  node: ViewNode;
  readonly parent: Entry | null;
  /** In order of starting. If the node folds, only after they were loaded. */
  readonly children: Entry[];
}

/** What a message changed in the tree. */
export interface Change {
  /** New nodes, parents before their children. */
  readonly added: readonly Entry[];
  /** Nodes with changes that may add or remove rows below them. */
  readonly restructured: readonly Entry[];
  /** Whether a node ended. */
  readonly ended: boolean;
}

/** The nodes of the shown run, as far as they have arrived. */
export class RunModel {
  readonly #entries = new Map<NodeId, Entry>();
  #root: Entry | null = null;
  #report: Entry | null = null;

  get root(): Entry | null {
    return this.#root;
  }

  /** The node of the run's report; null when nothing was written. */
  get report(): Entry | null {
    return this.#report;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: NodeId): Entry | undefined {
    return this.#entries.get(id);
  }

  entries(): MapIterator<Entry> {
    return this.#entries.values();
  }

  /** @param base of the message that the nodes came in */
  apply(nodes: readonly PackedNode[], base: number): Change {
    let ended = false;
    const added: Entry[] = [];
    const restructured: Entry[] = [];
    for (const packed of nodes) {
      const node = unpackNode(packed, base);
      const entry = this.#entries.get(node.id);
      if (!entry) {
        added.push(this.#add(node));
        continue;
      }
      const before = entry.node;
      entry.node = node;
      if (before.status !== node.status) {
        ended = true;
        if (decidesOnRows(entry)) restructured.push(entry);
      } else if (before.below === undefined && node.below !== undefined) restructured.push(entry);
    }
    return { added, restructured, ended };
  }

  #add(node: ViewNode): Entry {
    const parent = node.parent === null ? null : (this.#entries.get(node.parent) ?? this.#root);
    const entry: Entry = { node, parent, children: [] };
    this.#entries.set(node.id, entry);
    if (parent) parent.children.push(entry);
    else this.#root ??= entry;
    if (node.kind === 'report' && parent !== null && parent === this.#root) this.#report ??= entry;
    return entry;
  }
}

/** Whether rows may change when this node ends: most nodes have nothing below. */
function decidesOnRows({ node, children }: Entry): boolean {
  return children.length > 0 || folds(node.kind) || node.kind === 'model-call';
}
