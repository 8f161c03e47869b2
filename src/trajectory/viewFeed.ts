import type { NodeId } from './events';
import type { ShownRun } from './shownRun';
import { viewNode } from './viewNode';
import type { HostMessage, ViewNode } from './viewProtocol';

/** The most nodes in one message: it is put together, sent and drawn well within a few frames. */
const nodesPerMessage = 4_000;
/** Time between two messages at least, in ms: one frame. */
const frameMs = 16;
/** The most nodes of a run that a view is sent; what is beyond is in the log. */
const mostNodes = 200_000;

export interface FeedOptions {
  readonly post: (message: HostMessage) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Calls back once after that many ms; returns how to prevent it. */
  readonly later: (action: () => void, ms: number) => () => void;
}

/**
 * Keeps a view up to date with a run: a snapshot, then what changed since the last message, the newest
 * state of each node only. A message is sent when the view has drawn the one before, and at most one
 * per frame, so that neither a quick run nor a slow view makes anything pile up.
 */
export class ViewFeed {
  readonly #options: FeedOptions;
  #run: ShownRun | null = null;
  #stopListening: () => void = () => undefined;
  /** Nodes that the view has no newest version of, new ones in order of starting. */
  readonly #dirty = new Set<NodeId>();
  readonly #sent = new Set<NodeId>();
  #seq = 0;
  #acknowledged = 0;
  #sentAt = 0;
  #wasLive = false;
  #snapshotDue = false;
  /** The last message did not have all that was to be said. */
  #behind = false;
  #cancelSending: (() => void) | null = null;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get run(): ShownRun | null {
    return this.#run;
  }

  /** Shows a run from its beginning; null shows none. */
  show(run: ShownRun | null): void {
    this.#stopListening();
    this.#run = run;
    this.#dirty.clear();
    this.#sent.clear();
    this.#snapshotDue = true;
    // The view draws the snapshot whatever it was doing with messages before.
    this.#acknowledged = this.#seq;
    if (run) for (const id of run.tree.nodes.keys()) this.#dirty.add(id);
    this.#stopListening = run?.listen((changed) => this.#changed(changed)) ?? (() => undefined);
    this.#plan();
  }

  /** The view has drawn the message of that number. */
  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq);
    this.#plan();
  }

  dispose(): void {
    this.#stopListening();
    this.#cancelSending?.();
    this.#cancelSending = null;
    this.#run = null;
  }

  #changed(changed: readonly NodeId[]): void {
    for (const id of changed) this.#dirty.add(id);
    this.#plan();
  }

  get #hasNews(): boolean {
    return (
      this.#snapshotDue || this.#dirty.size > 0 || this.#wasLive !== (this.#run?.live ?? false)
    );
  }

  #plan(): void {
    if (this.#cancelSending || this.#acknowledged < this.#seq || !this.#hasNews) return;
    // While a big run is still on its way, the view's own drawing is pause enough.
    const wait = this.#behind ? 0 : Math.max(0, this.#sentAt + frameMs - this.#options.now());
    this.#cancelSending = this.#options.later(() => {
      this.#cancelSending = null;
      this.#send();
    }, wait);
  }

  #send(): void {
    const { post, now } = this.#options;
    const run = this.#run;
    const live = run?.live ?? false;
    const nodes = this.#takeNodes();
    const pending = this.#dirty.size;
    this.#behind = pending > 0;
    this.#seq += 1;
    this.#sentAt = now();
    this.#wasLive = live;
    const message = { seq: this.#seq, nodes, pending, now: this.#sentAt };
    if (this.#snapshotDue) {
      this.#snapshotDue = false;
      post({ type: 'snapshot', ...message, run: run?.details ?? null });
    } else {
      post({ type: 'delta', ...message, live });
    }
  }

  #takeNodes(): ViewNode[] {
    const nodes: ViewNode[] = [];
    for (const id of this.#dirty) {
      if (nodes.length === nodesPerMessage) break;
      this.#dirty.delete(id);
      const node = this.#run?.tree.nodes.get(id);
      if (!node || (!this.#sent.has(id) && this.#sent.size >= mostNodes)) continue;
      this.#sent.add(id);
      nodes.push(viewNode(node));
    }
    return nodes;
  }
}
