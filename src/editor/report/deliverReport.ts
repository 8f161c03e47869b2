import { type Uri, window } from 'vscode';
import type { ReportTarget } from './reportChoices';
import { appendReport, DeliveryError, saveReport } from './reportFiles';

/**
 * Puts a report where it should go, and tells when it can't be put there.
 * @param spool path of the report's own file.
 */
export async function deliverReport(spool: string, target: ReportTarget): Promise<void> {
  const report = { kind: 'file', path: spool } as const;
  try {
    if (target.kind === 'file') await saveReport(report, target.uri);
    if (target.kind === 'append') await appendReport(report, target.uri);
    if (target.kind !== 'document') void offerFile(target.uri);
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const again = 'Try Again';
    void window.showErrorMessage(error.message, again).then((picked) => {
      if (picked === again) return deliverReport(spool, target);
      return undefined;
    });
  }
}

/** Tells that a report which is not whole was not put where it should go. */
export function tellNotDelivered(target: ReportTarget): void {
  if (target.kind === 'document') return;
  const done = target.kind === 'file' ? 'saved to' : 'put after the text of';
  void window.showWarningMessage(
    `The report was not ${done} ${nameOf(target.uri)}, for it is not complete. What there is of it is in its own document.`,
  );
}

async function offerFile(uri: Uri): Promise<void> {
  const show = 'Open';
  const picked = await window.showInformationMessage(`The report is in ${nameOf(uri)}.`, show);
  if (picked === show) await window.showTextDocument(uri, { preview: false });
}

function nameOf({ path }: Uri): string {
  return path.split('/').at(-1) ?? path;
}
