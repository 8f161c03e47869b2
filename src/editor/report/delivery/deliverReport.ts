import { basename } from 'node:path';
import { window } from 'vscode';
import type { EngineOutcome } from '../../../contract/engineContract';
import { messages } from '../../messages';
import type { QuestionAttempt } from '../../running/questionAttempt';
import type { RunFollower } from '../../running/runFollower';
import { choicesFrom } from '../choices/reportChoices';
import type { ReportTarget } from '../choices/reportTarget';
import { appendReport, DeliveryError, type ReportBytes, saveReport } from './writeReport';

/** A file that a report goes to. */
export type FileTarget = Exclude<ReportTarget, { readonly kind: 'document' }>;

/**
 * Puts a report where it should go, and tells when it can't be put there.
 * @returns whether it is there; else the user may try again.
 */
export async function deliverReport(report: ReportBytes, target: FileTarget): Promise<boolean> {
  try {
    if (target.kind === 'file') await saveReport(report, target.uri);
    else await appendReport(report, target.uri);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const again = 'Try Again';
    void messages.showErrorMessage(error.message, again).then((picked) => {
      return picked === again ? deliverReport(report, target) : false;
    });
    return false;
  }
  void offerToOpen(target);
  return true;
}

/** Tells that a report which is not whole was not put where it should go. */
function tellNotDelivered(target: FileTarget): void {
  void messages.showWarningMessage(
    `The report was not ${whatIsDone(target)}, for it is not complete. What there is of it is in its own document.`,
  );
}

async function offerToOpen(target: FileTarget): Promise<void> {
  const open = 'Open';
  const message = `The report was ${whatIsDone(target)}.`;
  if ((await messages.showInformationMessage(message, open)) !== open) return;
  await window.showTextDocument(target.uri, { preview: false });
}

function whatIsDone({ kind, uri }: FileTarget): string {
  return `${kind === 'file' ? 'saved to' : 'put after the text of'} ${basename(uri.path)}`;
}

/**
 * Puts the report of a run where it was to go. One that was broken off, or is not whole, stays in its document:
 * it replaces nothing, and is put after nothing.
 */
export function reportDelivery({ report: wish }: QuestionAttempt): RunFollower {
  const { target } = choicesFrom({ target: wish?.target });
  return { onShown: (outcome) => deliver(outcome, target) };
}

async function deliver(outcome: EngineOutcome, target: ReportTarget | undefined): Promise<void> {
  if (!target || target.kind === 'document' || outcome.kind !== 'finished') return;
  const { status, report } = outcome.result;
  if (!report || (status !== 'answered' && status !== 'limit')) return;
  if (report.problem === null) await deliverReport({ kind: 'file', path: report.path }, target);
  else tellNotDelivered(target);
}
