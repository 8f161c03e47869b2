import type { NodeId } from '../trajectory/events';
import type { ViewNode } from '../trajectory/viewProtocol';

/** A node with its place in the tree. The object stays the same while the node changes. */
export interface Entry {
  node: ViewNode;
  readonly parent: Entry | null;
  /** In order of starting. */
  readonly children: Entry[];
}

/** What changed in the tree by a message. */
export interface Change {
  /** Nodes came, or changed in a way that may add or remove rows. */
  readonly structure: boolean;
  /** Some node ended. */
  readonly ended: boolean;
  readonly added: readonly Entry[];
}

/** The nodes of the run that is shown, as far as they have arrived. */
export class RunModel {
  readonly #entries = new Map<NodeId, Entry>();
  #root: Entry | null = null;

  get root(): Entry | null {
    return this.#root;
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

  apply(nodes: readonly ViewNode[]): Change {
    let structure = false;
    let ended = false;
    const added: Entry[] = [];
    for (const node of nodes) {
      const entry = this.#entries.get(node.id);
      if (!entry) {
        added.push(this.#add(node));
        structure = true;
      } else {
        if (entry.node.status !== node.status) {
          ended = true;
          structure ||= decidesOnRows(entry);
        }
        entry.node = node;
      }
    }
    return { structure, ended, added };
  }

  #add(node: ViewNode): Entry {
    const parent = node.parent === null ? null : (this.#entries.get(node.parent) ?? this.#root);
    const entry: Entry = { node, parent, children: [] };
    this.#entries.set(node.id, entry);
    if (parent) parent.children.push(entry);
    else this.#root ??= entry;
    return entry;
  }
}

/** Whether there are other rows when this node ends: most have nothing below, and stay where they are. */
function decidesOnRows({ node, children }: Entry): boolean {
  return children.length > 0 || node.kind === 'model-call' || node.kind === 'cell';
}
