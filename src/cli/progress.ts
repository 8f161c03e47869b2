import type { EventSink } from '../trajectory/events';
import type { AskIo } from './askIo';
import { LiveProgress } from './liveProgress';
import type { AskOptions } from './options';
import { PlainProgress } from './plainProgress';

/** Tells the user on stderr how a run goes. */
export interface Progress {
  readonly sink: EventSink;
  /** Says something beside the run's own events. */
  note(text: string): void;
  /** Leaves the last state behind, and the terminal as it was. */
  stop(): void;
}

/** A live tree on a terminal that can draw one, plain lines otherwise. */
export function startProgress(io: AskIo, { limits }: Pick<AskOptions, 'limits'>): Progress {
  const terminal = io.stderr.isTTY === true && io.env.TERM !== 'dumb';
  return terminal ? new LiveProgress(io, limits) : new PlainProgress(io);
}
