import { rm } from 'node:fs/promises';
import type { RunId } from '../../trajectory/events';
import type { NodeHandle } from '../../trajectory/recorder';
import type { RunRequest } from '../request';
import type { FinishedReport } from './finishReport';
import { planReport, type Report, sideFileOf } from './report';
import type { ReportNode } from './reportNode';
import { isReportWanted } from './reportWish';

/** A run that is resumed has the report of the earlier run, unless another one is asked for. */
export function withEarlierReport(request: RunRequest): RunRequest {
  const before = earlierReport(request);
  if (!before || isReportWanted(request)) return request;
  return { ...request, report: before.wish, reportFile: before.named ? before.path : null };
}

/**
 * Where the report of a run goes: a run that is resumed goes on in the file of the earlier one.
 * @param node shows how far it is.
 */
export function reportOf(request: RunRequest, run: RunId, node: ReportNode): Report {
  const { logFolder, reportFile, onReport, onDocument } = request;
  return planReport({
    run,
    logFolder,
    file: reportFile ?? null,
    repeats: request.continues?.how === 'resume',
    earlier: earlierReport(request),
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

/**
 * Keeps what ended the report, and removes what earlier runs could not put in it any more.
 * @param whole the run was answered, or came to a limit.
 */
export async function endReport(
  { continues, logFolder }: RunRequest,
  { files: { spool } }: Report,
  { report }: FinishedReport,
  whole: boolean,
  root: NodeHandle,
): Promise<void> {
  const { finishedAt } = spool;
  // A file that was left as it is ends as before.
  if (!report || finishedAt === null || report.left !== null) return;
  root.record({ kind: 'report-ended', from: finishedAt, bytes: report.bytes });
  if (!whole || continues?.how !== 'resume' || report.problem !== null) return;
  for (const run of continues.past.runs) await rm(sideFileOf(logFolder, run), { force: true });
}

function earlierReport({ continues }: RunRequest) {
  return continues?.how === 'resume' ? continues.past.report : null;
}
