import type { RunId } from '../trajectory/events';
import type { NodeHandle } from '../trajectory/recorder';
import type { FinishedReport } from './report/finishReport';
import { type ExistingReport, planReport, type Report } from './report/report';
import type { ReportNode } from './report/reportNode';
import type { RunRequest } from './request';

/**
 * The report of a run.
 * @param existing a report to write again, in its file; null for none.
 * @param node shows its progress.
 */
export function reportOf(
  request: RunRequest,
  run: RunId,
  existing: ExistingReport | null,
  node: ReportNode,
): Report {
  const { logFolder, reportFile, onReport, onDocument } = request;
  return planReport({
    run,
    logFolder,
    file: reportFile ?? null,
    existing,
    onProgress: (progress) => {
      node.update(progress);
      onReport?.(progress);
    },
    ...(onDocument ? { onDocument } : {}),
  });
}

/** Records in the log what is needed to continue the report if this run is killed. */
export function recordReport(request: RunRequest, { files }: Report, root: NodeHandle): void {
  const { report = null, reportFile = null } = request;
  const { path } = files.spool.progress;
  root.record({ kind: 'report', path, wish: report, named: reportFile !== null });
}

/** Records the ending of the report in the log. */
export function endReport(
  { files: { spool } }: Report,
  { report }: FinishedReport,
  root: NodeHandle,
): void {
  const { finishedAt } = spool;
  // A file that was left as it is has its old ending.
  if (!report || finishedAt === null || report.left !== null) return;
  root.record({ kind: 'report-ended', from: finishedAt, bytes: report.bytes });
}
