import type { NodeId, NodeProgress, TrajectoryEvent } from '../trajectory/events';
import { tailLength } from '../trajectory/tree';

/** Sends the events of a run to the extension, one batch at a time. Waiting progress of a node is merged. */
export class EventBatches {
  readonly #send: (events: readonly TrajectoryEvent[]) => Promise<void>;
  readonly #speaking = new Set<NodeId>();
  #waiting: TrajectoryEvent[] = [];
  /** For each node, the index in `#waiting` of its progress, if that is its last event there. */
  readonly #progress = new Map<NodeId, number>();
  #sending: Promise<void> | null = null;

  /** @param send resolves when the events were handled. */
  constructor(send: (events: readonly TrajectoryEvent[]) => Promise<void>) {
    this.#send = send;
  }

  readonly sink = (event: TrajectoryEvent): void => {
    if (event.type === 'node-started' && event.kind === 'model-call')
      this.#speaking.add(event.node);
    if (event.type === 'node-ended') this.#speaking.delete(event.node);
    this.#put(this.#slim(event));
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  };

  /** Resolves when all events were handled. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    // Events of the same moment go together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const events = this.#waiting;
      this.#waiting = [];
      this.#progress.clear();
      await this.#send(events);
    }
  }

  #put(event: TrajectoryEvent): void {
    if (event.type !== 'node-progress') {
      this.#progress.delete(event.node);
      this.#waiting.push(event);
      return;
    }
    const at = this.#progress.get(event.node);
    const before = at === undefined ? undefined : this.#waiting[at];
    if (at !== undefined && before?.type === 'node-progress' && isOnlyText(before, event)) {
      this.#waiting[at] = this.#slim({ ...event, text: (before.text ?? '') + (event.text ?? '') });
      return;
    }
    this.#progress.set(event.node, this.#waiting.length);
    this.#waiting.push(event);
  }

  /** Drops what only the log needs: bodies, and all but the end of what sub-models stream. */
  #slim<Event extends TrajectoryEvent>(event: Event): Event {
    if (event.type === 'body') return { ...event, text: '' };
    if (event.type !== 'node-progress' || event.text === undefined) return event;
    if (event.text.length <= tailLength || this.#speaking.has(event.node)) return event;
    return { ...event, text: event.text.slice(-tailLength) };
  }
}

/** True when both events have nothing but text. */
function isOnlyText(first: NodeProgress, second: NodeProgress): boolean {
  const most = ['type', 'run', 'node', 'time', 'text'];
  return [first, second].every((event) => Object.keys(event).every((key) => most.includes(key)));
}
