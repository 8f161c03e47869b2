import { window } from 'vscode';
import { shorten } from '../shorten';

/** A run that something unusual is to be said about. */
export interface NoticedRun {
  readonly question: string;
  readonly controller: AbortController;
  /** Whether it still goes on. */
  readonly running: () => boolean;
}

/**
 * Shows what is unusual about a run, for example that it costs far more than others, and lets the user
 * stop it. Resolves when the message is gone.
 */
export async function showRunNotice(message: string, run: NoticedRun): Promise<void> {
  const stop = 'Stop';
  const name = shorten(run.question, 60);
  const picked = await window.showWarningMessage(`“${name}”: ${message}`, stop);
  if (picked !== stop) return;
  if (run.running()) run.controller.abort();
  else void window.showInformationMessage(`“${name}” has ended already.`);
}
