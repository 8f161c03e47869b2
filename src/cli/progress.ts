import type { EventSink } from '../trajectory/events';

/** Shows the progress of a run on stderr. */
export interface Progress {
  readonly sink: EventSink;
  /** Shows a notice that is not an event of the run. */
  note(text: string): void;
  /** Leaves the last state on the screen, and the terminal as it was. */
  stop(): void;
}
