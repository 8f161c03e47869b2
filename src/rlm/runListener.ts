import type { KernelKind } from '../repl/kernel';
import type { TrajectoryEvent } from '../trajectory/events';
import type { ReportProgress } from './report/reportProgress';
import type { SavedDocument } from './report/savedDocuments';

/** The kernel that was chosen for a run. */
export interface ChosenKernel {
  readonly kind: KernelKind;
  /** Which kernel it is and why, in words for a log. */
  readonly message: string;
}

/** Learns what happens in a run. No method may throw, and the run does not wait for them. */
export interface RunListener {
  /** Each event of the run, in order. */
  readonly onEvent: (event: TrajectoryEvent) => void;
  /** Called once, when the run is prepared. */
  readonly onKernel: (chosen: ChosenKernel) => void;
  /** Called whenever the report has grown. */
  readonly onReport: (progress: ReportProgress) => void;
  /** Called with each document that code opened, once it is saved. */
  readonly onDocument: (document: SavedDocument) => void;
  /**
   * Something unusual about the run, in words for people: for example that it costs far more than others, or that a
   * server cuts prompts.
   */
  readonly onNotice: (message: string) => void;
  /** Called once if the log can't be written, with the reason in words for people. The run goes on. */
  readonly onLogError: (message: string) => void;
}

/** The methods by name, as calls are sent between processes. */
const methods: Readonly<Record<keyof RunListener, true>> = {
  onEvent: true,
  onKernel: true,
  onReport: true,
  onDocument: true,
  onNotice: true,
  onLogError: true,
};

/** One call of a listener. */
export type Told = {
  readonly [Method in keyof RunListener]: {
    readonly method: Method;
    readonly what: Parameters<RunListener[Method]>[0];
  };
}[keyof RunListener];

/** A listener that passes all calls to one function. */
export function listenerTo(tell: (told: Told) => void): RunListener {
  const names = Object.keys(methods);
  const calls = names.map((method) => [method, (what: unknown) => tell({ method, what } as Told)]);
  return Object.fromEntries(calls);
}

/** Makes a call, if the listener has the method. */
export function tellListener(listener: Partial<RunListener>, { method, what }: Told): void {
  // Method and argument are from the same call.
  const call = listener[method] as ((what: Told['what']) => void) | undefined;
  call?.(what);
}

/** One listener for several, which are called in this order. */
export function allOf(listeners: readonly Partial<RunListener>[]): RunListener {
  return listenerTo((told) => {
    for (const listener of listeners) tellListener(listener, told);
  });
}
