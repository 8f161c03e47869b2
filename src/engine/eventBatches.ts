import type { NodeId, NodeProgress, TrajectoryEvent } from '../trajectory/events';
import { tailLength } from '../trajectory/tree';

/** Events of a run on their way to the extension: one batch at a time, the rest waits and is put together. */
export class EventBatches {
  readonly #send: (events: readonly TrajectoryEvent[]) => Promise<void>;
  readonly #speaking = new Set<NodeId>();
  #waiting: TrajectoryEvent[] = [];
  /** The last progress of a node in `#waiting`, by node, as long as nothing else of that node came after. */
  readonly #progress = new Map<NodeId, number>();
  #sending: Promise<void> | null = null;

  /** @param send resolves when the events were dealt with. */
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

  /** Resolves when all events were dealt with. */
  async drained(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    // What comes at the same moment goes together.
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

  /** Without what only the log has use for: whole bodies, and of what sub-models stream all but the end. */
  #slim<Event extends TrajectoryEvent>(event: Event): Event {
    if (event.type === 'body') return { ...event, text: '' };
    if (event.type !== 'node-progress' || event.text === undefined) return event;
    if (event.text.length <= tailLength || this.#speaking.has(event.node)) return event;
    return { ...event, text: event.text.slice(-tailLength) };
  }
}

/** True when the second says nothing but more of the text that the first says. */
function isOnlyText(first: NodeProgress, second: NodeProgress): boolean {
  const most = ['type', 'run', 'node', 'time', 'text'];
  return [first, second].every((event) => Object.keys(event).every((key) => most.includes(key)));
}
