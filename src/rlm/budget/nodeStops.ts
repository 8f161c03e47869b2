import type { NodeId } from '../../trajectory/events';

/** The reason of an abort when a person stopped a single node. */
export class NodeStopped extends Error {
  override readonly name = 'NodeStopped';

  constructor() {
    super('Stopped by the person who asked. Do not ask for this again.');
  }
}

/**
 * Whether work was aborted because a person stopped its node. Tested by name, as each bundle has its own copy of the
 * class.
 */
export function isNodeStopped(reason: unknown): reason is NodeStopped {
  return reason instanceof Error && reason.name === 'NodeStopped';
}

/** Lets a person stop a single child RLM or batch of a run while its siblings go on. */
export class NodeStops {
  readonly #open = new Map<NodeId, AbortController>();

  /** Stops the work of a node. False when it can't be stopped, or has ended. */
  stop(node: NodeId): boolean {
    const controller = this.#open.get(node);
    controller?.abort(new NodeStopped());
    return controller !== undefined;
  }

  /** Does the work of a node, with a signal that aborts with the run, or with `NodeStopped` when the node is stopped. */
  async within<Result>(
    node: NodeId,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const controller = new AbortController();
    this.#open.set(node, controller);
    try {
      return await work(AbortSignal.any([signal, controller.signal]));
    } finally {
      this.#open.delete(node);
    }
  }
}
