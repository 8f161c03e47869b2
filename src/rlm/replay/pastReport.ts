import { rm } from 'node:fs/promises';
import type { ReportResult } from '../report/finishReport';
import { sideFileOf } from '../report/report';
import { type AskedReport, isReportWanted } from '../report/reportWish';
import type { Continuation, PastReport } from './pastRun';

/** The report that a run goes on with: one that is resumed writes that of the earlier run again. */
export function pastReport(continues: Continuation | null): PastReport | null {
  return continues?.how === 'resume' ? continues.past.report : null;
}

interface MayContinue {
  readonly continues?: Continuation | null;
}

/** A run that is resumed has the report of the earlier run, unless another one is asked for. */
export function withPastReport<Request extends AskedReport & MayContinue>(
  request: Request,
): Request {
  const before = pastReport(request.continues ?? null);
  if (!before || isReportWanted(request)) return request;
  return { ...request, report: before.wish, reportFile: before.named ? before.path : null };
}

/** Removes what earlier runs could not put in the report any more, once it is whole. */
export async function removePastParts(
  { how, past }: Continuation,
  report: ReportResult | null,
  logFolder: string,
): Promise<void> {
  // A file that was left as it is may need them.
  if (how !== 'resume' || !report || report.left !== null || report.problem !== null) return;
  for (const run of past.runs) await rm(sideFileOf(logFolder, run), { force: true });
}
