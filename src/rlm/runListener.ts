import type { KernelKind } from '../repl/kernel';
import type { TrajectoryEvent } from '../trajectory/events';
import type { ReportProgress } from './report/reportProgress';
import type { SavedDocument } from './report/savedDocuments';

/** The kernel that was chosen for a run. */
interface ChosenKernel {
  readonly kind: KernelKind;
  /** Which it is and why, in words for a log. */
  readonly message: string;
}

/** Told what happens in a run, while it happens. No method may throw, and none makes the run wait. */
export interface RunListener {
  /** Each event of the run, in order. */
  readonly onEvent: (event: TrajectoryEvent) => void;
  /** Once, by whoever prepares the run. */
  readonly onKernel: (chosen: ChosenKernel) => void;
  /** Whenever the report has grown. */
  readonly onReport: (progress: ReportProgress) => void;
  /** Each document that code opened, once it is saved. */
  readonly onDocument: (document: SavedDocument) => void;
  /**
   * What is unusual about the run, in words for people: that it costs far more than others, or that a
   * server cuts what it is sent.
   */
  readonly onNotice: (message: string) => void;
  /** Once, in words for people, why the log can't be written; the run goes on. */
  readonly onLogError: (message: string) => void;
}

/** The methods by name: a listener of one process is told from another. */
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

/** A listener whose calls all go to one function. */
export function listenerTo(tell: (told: Told) => void): RunListener {
  const names = Object.keys(methods);
  const calls = names.map((method) => [method, (what: unknown) => tell({ method, what } as Told)]);
  return Object.fromEntries(calls);
}

/** Makes that call, if the listener has the method. */
export function tellListener(listener: Partial<RunListener>, { method, what }: Told): void {
  // The method and what it takes come from one call.
  const call = listener[method] as ((what: Told['what']) => void) | undefined;
  call?.(what);
}

/** One listener in place of several, which are told in this order. */
export function allOf(listeners: readonly Partial<RunListener>[]): RunListener {
  return listenerTo((told) => {
    for (const listener of listeners) tellListener(listener, told);
  });
}
