import type { EventSink } from '../trajectory/events';

/** Tells the user on stderr how a run goes. */
export interface Progress {
  readonly sink: EventSink;
  /** Says something beside the run's own events. */
  note(text: string): void;
  /** Leaves the last state behind, and the terminal as it was. */
  stop(): void;
}
