import type { EventSink, NodeId, NodeKind, RunId } from '../../trajectory/events';
import { ShownRun } from '../../trajectory/shownRun';
import type { Tree } from '../../trajectory/tree';

/** One run, from the side of whoever runs it. */
export interface RunToShow {
  readonly sink: EventSink;
  /** What it did so far. */
  readonly tree: () => Tree;
  /** Has a listener told of each child or batch that a person stops. @returns what ends that. */
  readonly onStopNode: (listener: (node: NodeId) => void) => () => void;
  /** Says that no more events will come. */
  end(): void;
}

interface LiveRun {
  readonly shown: ShownRun;
  readonly stopListeners: Set<(node: NodeId) => void>;
  readonly controller: AbortController;
}

/** What can be stopped by itself. */
const stoppable: readonly NodeKind[] = ['child', 'batch'];

/** The runs of this window that go on, and the last one that ended, for views. */
export class LiveRuns {
  readonly #running = new Map<RunId, LiveRun>();
  readonly #listeners = new Set<(started: ShownRun | null) => void>();
  #last: ShownRun | null = null;

  /** A run begins. @param controller stops it. */
  begin(controller: AbortController): RunToShow {
    const live = {
      shown: new ShownRun(true),
      stopListeners: new Set<(node: NodeId) => void>(),
      controller,
    };
    let run: RunId | null = null;
    return {
      onStopNode: (listener) => {
        live.stopListeners.add(listener);
        return () => live.stopListeners.delete(listener);
      },
      tree: () => live.shown.tree,
      sink: (event) => {
        live.shown.sink(event);
        if (run !== null) return;
        run = event.run;
        this.#running.set(run, live);
        this.#last = live.shown;
        this.#tell(live.shown);
      },
      end: () => {
        if (run === null) return;
        this.#running.delete(run);
        live.shown.end();
        this.#tell(null);
      },
    };
  }

  /** How many go on. */
  get size(): number {
    return this.#running.size;
  }

  /** The run that started last, whether it has ended or not. */
  get last(): ShownRun | null {
    return this.#last;
  }

  /** A run of this window that need not be read from its log. */
  find(run: RunId): ShownRun | null {
    const live = this.#running.get(run)?.shown;
    return live ?? (this.#last?.tree.run === run ? this.#last : null);
  }

  /** Stops a run, or one child or batch of it. False when there is nothing to stop. */
  stop(run: RunId, node: NodeId | null): boolean {
    const live = this.#running.get(run);
    if (!live) return false;
    const { tree } = live.shown;
    if (node === null || node === tree.root) {
      live.controller.abort();
      return true;
    }
    const shown = tree.nodes.get(node);
    if (shown?.status !== 'running' || !stoppable.includes(shown.kind)) return false;
    for (const stop of live.stopListeners) stop(node);
    return true;
  }

  stopAll(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }

  /** Told of runs that start; with null when one ended. @returns how to stop listening. */
  listen(listener: (started: ShownRun | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(started: ShownRun | null): void {
    for (const listener of this.#listeners) listener(started);
  }
}
