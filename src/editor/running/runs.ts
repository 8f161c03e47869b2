import type { NodeId, NodeKind, RunId, TrajectoryEvent } from '../../trajectory/events';
import { ShownRun } from '../../trajectory/shownRun';
import type { Tree } from '../../trajectory/tree';

/** The reason shown for a run that ended with its window. */
const interrupted = 'Interrupted: the window was closed or reloaded.';

/** The kinds of nodes that can be stopped. */
const stoppable: readonly NodeKind[] = ['child', 'batch'];

/** A run, for the code that runs it. */
export interface OwnRun {
  /** Aborts when the run is stopped, or the window is closed. */
  readonly signal: AbortSignal;
  readonly stop: () => void;
  /** Takes its events; views show it from the first one on. */
  readonly onEvent: (event: TrajectoryEvent) => void;
  /** Its tree so far. */
  readonly tree: () => Tree;
  /** Calls `stop` with each child or batch that a person stops. @returns a function that ends that. */
  readonly onStopNode: (stop: (node: NodeId) => void) => () => void;
  /** Call when no more events will come. */
  readonly onEnd: () => void;
}

interface Run {
  readonly controller: AbortController;
  readonly shown: ShownRun;
  readonly stopNode: Set<(node: NodeId) => void>;
}

/**
 * The running runs of this window, and the one that started last, for views. A run ends by itself, when it is
 * stopped, or with the extension.
 */
export class Runs {
  readonly #runs = new Map<Run, Promise<void>>();
  readonly #listeners = new Set<(started: ShownRun | null) => void>();
  #last: ShownRun | null = null;
  #disposed = false;

  /** True once the window is being closed. */
  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** True while a shown run is running. */
  get areShown(): boolean {
    return this.#shown.length > 0;
  }

  /** The run that started last, whether it has ended or not. */
  get last(): ShownRun | null {
    return this.#last;
  }

  /** Starts a run, and tracks it until it has settled. */
  async track<Result>(start: (run: OwnRun) => Promise<Result>): Promise<Result> {
    const run: Run = {
      controller: new AbortController(),
      shown: new ShownRun(true),
      stopNode: new Set(),
    };
    if (this.#disposed) run.controller.abort();
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
    this.#runs.set(run, settled);
    try {
      return await start(this.#own(run));
    } finally {
      this.#runs.delete(run);
      settle();
    }
  }

  /** A run of this window that need not be read from its log. */
  find(id: RunId): ShownRun | null {
    const found = this.#shown.find(({ shown }) => shown.tree.run === id)?.shown;
    return found ?? (this.#last?.tree.run === id ? this.#last : null);
  }

  /** Stops a run, or one child or batch of it. False when there is nothing to stop. */
  stop(id: RunId, node: NodeId | null): boolean {
    const run = this.#shown.find(({ shown }) => shown.tree.run === id);
    if (!run) return false;
    const { tree } = run.shown;
    if (node === null || node === tree.root) {
      run.controller.abort();
      return true;
    }
    const shown = tree.nodes.get(node);
    if (shown?.status !== 'running' || !stoppable.includes(shown.kind)) return false;
    for (const stop of run.stopNode) stop(node);
    return true;
  }

  stopAll(): void {
    for (const { controller } of this.#shown) controller.abort();
  }

  /** Calls the listener with each run that starts, and with null when one ended. @returns a function that stops it. */
  listen(listener: (started: ShownRun | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Aborts all runs and waits until they have ended. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const { controller } of this.#runs.keys()) controller.abort(interrupted);
    await Promise.all(this.#runs.values());
  }

  /** The runs that have started and not ended. */
  get #shown(): readonly Run[] {
    return [...this.#runs.keys()].filter(({ shown }) => shown.live && shown.tree.run !== null);
  }

  #own({ controller, shown, stopNode }: Run): OwnRun {
    return {
      signal: controller.signal,
      stop: () => controller.abort(),
      tree: () => shown.tree,
      onEvent: (event) => {
        const isFirst = shown.tree.run === null;
        shown.sink(event);
        if (!isFirst) return;
        this.#last = shown;
        this.#tell(shown);
      },
      onStopNode: (stop) => {
        stopNode.add(stop);
        return () => stopNode.delete(stop);
      },
      onEnd: () => {
        if (shown.tree.run === null) return;
        shown.end();
        this.#tell(null);
      },
    };
  }

  #tell(started: ShownRun | null): void {
    for (const listener of this.#listeners) listener(started);
  }
}
