import { basename } from 'node:path';
import type { ReportProgress } from '../../rlm/report/reportProgress';
import type { RunId, TrajectoryEvent } from '../../trajectory/events';
import type { QuestionAttempt } from '../asking/questionAttempt';
import type { Fathom } from '../fathom';
import type { ReportTarget } from './reportChoices';
import { forgetRun, UnfinishedMark } from './unfinishedReports';

/** What keeps the record of a report that is being written. */
export interface RunMark {
  readonly onEvent: (event: TrajectoryEvent) => void;
  readonly onReport: (progress: ReportProgress) => void;
  /**
   * The run has ended.
   * @param keep the report is to be offered to the next window. @param isDone it is as it was to be: so is
   * that of the run which this one resumed.
   */
  end(keep: boolean, isDone: boolean): Promise<void>;
}

/** A run begins: should it write a report, and its window be killed, the next window knows of it. */
export function markUnfinished({ runFolder, log }: Fathom, attempt: QuestionAttempt): RunMark {
  const { question, subject, report, resume = false, followUp } = attempt;
  // What else a question can be about may not be there any more.
  const folders = subject.kind === 'workspace' ? subject.folders : null;
  const mark = new UnfinishedMark(runFolder, (error) =>
    log.error('It could not be noted that a report is being written.', error),
  );
  let run: RunId | null = null;
  return {
    onEvent: (event) => {
      run ??= event.run;
    },
    onReport: ({ path, sections, openSections }) => {
      if (run === null || folders === null) return;
      const target = report ? targetRecord(report.target) : {};
      const wish = report?.wish ?? null;
      mark.update({ run, question, folders, wish, target, path, sections, openSections });
    },
    end: async (keep, isDone) => {
      await mark.end(keep);
      if (isDone && resume && followUp !== null) {
        await forgetRun(runFolder, basename(followUp, '.jsonl'));
      }
    },
  };
}

function targetRecord(target: ReportTarget): Readonly<Record<string, string>> {
  return target.kind === 'document' ? {} : { [target.kind]: target.uri.toString() };
}
