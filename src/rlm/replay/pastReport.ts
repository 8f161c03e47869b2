import { rm } from 'node:fs/promises';
import type { ReportResult } from '../report/finishReport';
import { sideFileOf } from '../report/report';
import { type AskedReport, isReportWanted } from '../report/reportWish';
import type { Continuation, PastReport } from './pastRun';

/** The report that a run continues: a resumed run writes the earlier run's report again. */
export function pastReport(continues: Continuation | null): PastReport | null {
  return continues?.how === 'resume' ? continues.past.report : null;
}

interface MayContinue {
  readonly continues?: Continuation | null;
}

/** The request, with the report of the earlier run if it is resumed and asks for no other. */
export function withPastReport<Request extends AskedReport & MayContinue>(
  request: Request,
): Request {
  const before = pastReport(request.continues ?? null);
  if (!before || isReportWanted(request)) return request;
  return { ...request, report: before.wish, reportFile: before.named ? before.path : null };
}

/** Removes the side files of earlier runs, once the report is whole. */
export async function removePastParts(
  { how, past }: Continuation,
  report: ReportResult | null,
  logFolder: string,
): Promise<void> {
  // A report that was left as it is may need them.
  if (how !== 'resume' || !report || report.left !== null || report.problem !== null) return;
  for (const run of past.runs) await rm(sideFileOf(logFolder, run), { force: true });
}
