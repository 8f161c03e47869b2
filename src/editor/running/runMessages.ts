import type { Log } from '../log';
import { messages } from '../messages';
import { shorten } from '../shorten';

/** A run with something unusual to tell about. */
export interface NoticedRun {
  readonly question: string;
  readonly stop: () => void;
  /** Whether it still goes on. */
  readonly running: () => boolean;
}

/**
 * Shows something unusual about a run, for example that it costs far more than others, and lets the user stop
 * it. Resolves when the message is gone.
 */
export async function tellNotice(message: string, run: NoticedRun): Promise<void> {
  const stop = 'Stop';
  const name = shorten(run.question, 60);
  const picked = await messages.showWarningMessage(`“${name}”: ${message}`, stop);
  if (picked !== stop) return;
  if (run.running()) run.stop();
  else void messages.showInformationMessage(`“${name}” has ended already.`);
}

/** Says why the log of a run can't be written. It has a button, as messages without one are cut after a line. */
export async function tellLogError(question: string, message: string, log: Log): Promise<void> {
  const show = 'Show Log';
  const said = `“${shorten(question, 60)}”: ${message}`;
  if ((await messages.showWarningMessage(said, show)) === show) log.show();
}
