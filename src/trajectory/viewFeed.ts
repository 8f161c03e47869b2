import type { NodeId } from './events';
import { packNode } from './packedNode';
import type { ShownRun } from './shownRun';
import { UnsentNodes } from './unsentNodes';
import { viewNode } from './viewNode';
import type { PackedNode } from './viewProtocol';
import { type HostMessage, mostNodes } from './viewProtocol';

/** The most nodes in a message: few in the first, to show something at once; then what takes a frame or two. */
const nodesInFirst = 400;
const nodesInOther = 6_000;
/** The least time between two messages, in ms: one frame. */
const frameMs = 16;

export interface FeedOptions {
  readonly post: (message: HostMessage) => void;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Calls back once after that many ms. @returns a function that prevents it. */
  readonly later: (action: () => void, ms: number) => () => void;
}

/**
 * Keeps a view up to date with a run: a snapshot first, then the newest state of each changed node. Folded
 * parts are sent on request. A message is sent only when the view has taken the one before, and at most once
 * per frame, so that nothing piles up with a quick run or a slow view.
 */
export class ViewFeed {
  readonly #options: FeedOptions;
  #run: ShownRun | null = null;
  #stopListening: () => void = () => undefined;
  #unsent = new UnsentNodes(null, mostNodes);
  #seq = 0;
  #acknowledged = 0;
  #sentAt = 0;
  #wasLive = false;
  #snapshotDue = false;
  #cancelSending: (() => void) | null = null;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get run(): ShownRun | null {
    return this.#run;
  }

  /** Shows a run from its beginning; null shows none. @param opened folded nodes to send at once */
  show(run: ShownRun | null, opened: readonly NodeId[] = []): void {
    this.#stopListening();
    this.#run = run;
    this.#unsent = new UnsentNodes(run, mostNodes);
    for (const node of opened) this.#unsent.unfold(node);
    this.#snapshotDue = true;
    // The view draws the snapshot whatever came before it.
    this.#acknowledged = this.#seq;
    this.#stopListening = run?.listen((changed) => this.#changed(changed)) ?? (() => undefined);
    this.#plan();
  }

  /** Notes that the view has taken the message of that number. */
  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq);
    this.#plan();
  }

  /** Sends what is below a folded node, and the way to it; with null, everything. */
  load(node: NodeId | null): void {
    this.#unsent.unfold(node);
    this.#plan();
  }

  dispose(): void {
    this.#stopListening();
    this.#cancelSending?.();
    this.#cancelSending = null;
    this.#run = null;
  }

  #changed(changed: readonly NodeId[]): void {
    for (const id of changed) this.#unsent.note(id);
    this.#plan();
  }

  get #hasNews(): boolean {
    return this.#snapshotDue || this.#unsent.any || this.#wasLive !== (this.#run?.live ?? false);
  }

  #plan(): void {
    if (this.#cancelSending || this.#acknowledged < this.#seq || !this.#hasNews) return;
    const wait = Math.max(0, this.#sentAt + frameMs - this.#options.now());
    this.#cancelSending = this.#options.later(() => {
      this.#cancelSending = null;
      this.#send();
    }, wait);
  }

  #send(): void {
    const { post, now } = this.#options;
    const run = this.#run;
    const base = run?.tree.details?.time ?? 0;
    const nodes: PackedNode[] = this.#unsent
      .take(this.#snapshotDue ? nodesInFirst : nodesInOther)
      .map((node) => packNode(viewNode(node), base));
    this.#seq += 1;
    this.#sentAt = now();
    this.#wasLive = run?.live ?? false;
    const sums = run?.sums ?? { nodes: 0, turns: 0, subcalls: 0, depth: 0 };
    const more = this.#unsent.any;
    const message = { seq: this.#seq, nodes, base, more, sums, now: this.#sentAt };
    if (this.#snapshotDue) {
      this.#snapshotDue = false;
      post({ type: 'snapshot', ...message, run: run?.details ?? null });
    } else {
      post({ type: 'delta', ...message, live: this.#wasLive });
    }
  }
}
