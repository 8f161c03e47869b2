import { messageOf } from '../../ground/fileFailure';
import type { Citation } from '../citations/citations';
import type { CitedTexts } from '../citations/citedTexts';
import type { Coverage } from '../coverage/coverage';
import { AppendError } from './appendFile';
import type { Report } from './report';
import { reportAppendix } from './reportAppendix';
import { checkReportCitations, type ReportCitations } from './reportCitations';

export interface FinishOptions {
  /** The run was answered, or came to a limit: it was not stopped, and did not fail. */
  readonly whole: boolean;
  /** Written to the report if nothing was; "" when there is none, or no report is wanted. */
  readonly answer: string;
  /** Whether the report ends with sources and coverage. */
  readonly appendix: boolean;
  readonly cited: CitedTexts;
  readonly coverage: Coverage;
  readonly filesTotal: number;
  /** The models that wrote it, for people. */
  readonly writer: string;
  /** A run that was cancelled must end at once: what is written is kept, and nothing checked. */
  readonly signal: AbortSignal;
}

/** The report of a run. */
export interface ReportResult {
  readonly path: string;
  readonly bytes: number;
  readonly sections: number;
  /** Titles of sections that were reserved and never written. */
  readonly unwritten: readonly string[];
  /** What could not be written, and where it is then; null when all is in the report. */
  readonly problem: string | null;
  /** Why it is not, or not alone, in the file where it was to be; null when it is. */
  readonly left: string | null;
}

/** The report as it is in the end, and what it cites. */
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
  // What has not been written again is kept as it was.
  const isLeft = !whole && spool.isBehind;
  if (!spool.begun && answer !== '') await write(`${answer.trimEnd()}\n`);
  let checked: ReportCitations = { citations: [], unchecked: 0 };
  if (spool.begun && !isLeft && !signal.aborted) {
    try {
      checked = await checkReportCitations(spool.read(), cited, signal);
    } catch (error) {
      // The answer is there all the same, whether this was stopped or the report can't be read.
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
