import type { NodeId } from '../../trajectory/events';

/** Why the work of a single node was aborted. */
export class NodeStopped extends Error {
  override readonly name = 'NodeStopped';

  constructor() {
    super('Stopped by the person who asked. Do not ask for this again.');
  }
}

/**
 * Whether work was aborted because a person stopped its node. By its name, for bundles that each have a
 * class of their own.
 */
export function isNodeStopped(reason: unknown): reason is NodeStopped {
  return reason instanceof Error && reason.name === 'NodeStopped';
}

/** Lets a person stop a single child RLM or batch of a run while its siblings go on. */
export class NodeStops {
  readonly #open = new Map<NodeId, AbortController>();

  /** Stops what that node stands for. False when it can't be stopped, or has ended. */
  stop(node: NodeId): boolean {
    const controller = this.#open.get(node);
    controller?.abort(new NodeStopped());
    return controller !== undefined;
  }

  /** Does the work of a node, with a signal that aborts when the run is stopped, or the node, with `NodeStopped`. */
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
