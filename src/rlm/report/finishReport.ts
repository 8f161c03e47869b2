import { messageOf } from '../../ground/fileFailure';
import type { Citation } from '../citations/citations';
import type { CitedTexts } from '../citations/citedTexts';
import type { Coverage } from '../coverage/coverage';
import { AppendError } from './appendFile';
import type { Report } from './report';
import { reportAppendix } from './reportAppendix';
import { checkReportCitations, type ReportCitations } from './reportCitations';

export interface FinishOptions {
  /** True if the run was answered or reached a limit, so that it was not stopped and did not fail. */
  readonly whole: boolean;
  /** Goes into the report if that is empty; "" when there is none, or no report is wanted. */
  readonly answer: string;
  /** Whether the report ends with sources and coverage. */
  readonly appendix: boolean;
  readonly cited: CitedTexts;
  readonly coverage: Coverage;
  readonly filesTotal: number;
  /** The models that wrote it, for people. */
  readonly writer: string;
  /** A cancelled run must end at once: its report is kept but not checked. */
  readonly signal: AbortSignal;
}

/** The report of a run. */
export interface ReportResult {
  readonly path: string;
  readonly bytes: number;
  readonly sections: number;
  /** Titles of sections that were reserved and never written. */
  readonly unwritten: readonly string[];
  /** What is missing from the report, and where it is; null when nothing is. */
  readonly problem: string | null;
  /** Why it is not, or not alone, in its intended file; null when it is. */
  readonly left: string | null;
}

/** The finished report, and its citations. */
export interface FinishedReport {
  readonly report: ReportResult | null;
  readonly citations: readonly Citation[];
}

/** Ends a report: finishes its sections, checks its citations, appends the sources. Closes its files. */
export async function finishReport(
  { files: { spool } }: Report,
  { whole, answer, appendix, cited, coverage, filesTotal, writer, signal }: FinishOptions,
): Promise<FinishedReport> {
  let problem: string | null = null;
  const write = async (text: string): Promise<void> => {
    try {
      await spool.write(spool.root, Buffer.from(text));
    } catch (error) {
      if (!(error instanceof AppendError)) throw error;
      problem = error.message;
    }
  };
  const unwritten = await spool.finish(whole);
  // The part that was not written again is kept as it was.
  const isLeft = !whole && spool.isBehind;
  if (!spool.begun && answer !== '') await write(`${answer.trimEnd()}\n`);
  let checked: ReportCitations = { citations: [], unchecked: 0 };
  if (spool.begun && !isLeft && !signal.aborted) {
    try {
      checked = await checkReportCitations(spool.read(), cited, signal);
    } catch (error) {
      // The run still has its answer.
      if (!signal.aborted) problem = messageOf(error);
    }
    if (appendix) {
      await spool.blankLine();
      await write(reportAppendix(checked, coverage.counts(filesTotal), unwritten, writer));
    }
  }
  await spool.dispose(whole);
  const { path, bytes, sections } = spool.progress;
  const { citations } = checked;
  problem = spool.problem ?? problem;
  if (!spool.begun && problem === null) return { report: null, citations };
  return { report: { path, bytes, sections, unwritten, problem, left: spool.left }, citations };
}
