import type { RunId } from '../trajectory/events';
import type { NodeHandle } from '../trajectory/recorder';
import type { FinishedReport } from './report/finishReport';
import { type EarlierReport, planReport, type Report } from './report/report';
import type { ReportNode } from './report/reportNode';
import type { RunRequest } from './request';

/**
 * Where the report of a run goes.
 * @param earlier a report that is written again, in its file; null for none.
 * @param node shows how far it is.
 */
export function reportOf(
  request: RunRequest,
  run: RunId,
  earlier: EarlierReport | null,
  node: ReportNode,
): Report {
  const { logFolder, reportFile, onReport, onDocument } = request;
  return planReport({
    run,
    logFolder,
    file: reportFile ?? null,
    earlier,
    onProgress: (progress) => {
      node.update(progress);
      onReport?.(progress);
    },
    ...(onDocument ? { onDocument } : {}),
  });
}

/** Keeps in the log what a resumed run has to know of the report, should this one be killed. */
export function recordReport(request: RunRequest, { files }: Report, root: NodeHandle): void {
  const { report = null, reportFile = null } = request;
  const { path } = files.spool.progress;
  root.record({ kind: 'report', path, wish: report, named: reportFile !== null });
}

/** Keeps in the log what ended the report. */
export function endReport(
  { files: { spool } }: Report,
  { report }: FinishedReport,
  root: NodeHandle,
): void {
  const { finishedAt } = spool;
  // A file that was left as it is ends as before.
  if (!report || finishedAt === null || report.left !== null) return;
  root.record({ kind: 'report-ended', from: finishedAt, bytes: report.bytes });
}
