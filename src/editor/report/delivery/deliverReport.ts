import { basename } from 'node:path';
import { window } from 'vscode';
import type { EngineOutcome } from '../../../contract/engineContract';
import { messages } from '../../messages';
import type { QuestionAttempt } from '../../running/questionAttempt';
import type { RunFollower } from '../../running/runFollower';
import { choicesFrom } from '../choices/reportChoices';
import type { ReportTarget } from '../choices/reportTarget';
import { appendReport, DeliveryError, type ReportBytes, saveReport } from './writeReport';

/** A file to write a report to. */
export type FileTarget = Exclude<ReportTarget, { readonly kind: 'document' }>;

/**
 * Writes a report to its target, and shows an error if that fails.
 * @returns whether it succeeded.
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

/** Says that an incomplete report was not written to its target. */
function tellNotDelivered(target: FileTarget): void {
  void messages.showWarningMessage(
    `The report was not ${whatIsDone(target)}, because it is not complete. Its own document has what was written.`,
  );
}

async function offerToOpen(target: FileTarget): Promise<void> {
  const open = 'Open';
  const message = `The report was ${whatIsDone(target)}.`;
  if ((await messages.showInformationMessage(message, open)) !== open) return;
  await window.showTextDocument(target.uri, { preview: false });
}

function whatIsDone({ kind, uri }: FileTarget): string {
  return `${kind === 'file' ? 'saved to' : 'appended to'} ${basename(uri.path)}`;
}

/**
 * Writes the report of a run to its target. An incomplete report stays in its document: it does not replace a
 * file, and is not appended to one.
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
