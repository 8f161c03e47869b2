import { basename } from 'node:path';
import type { ReportProgress } from '../../../rlm/report/reportProgress';
import type { RunId, TrajectoryEvent } from '../../../trajectory/events';
import type { Log } from '../../log';
import type { QuestionAttempt, WantedReport } from '../../running/questionAttempt';
import { targetRecord } from '../choices/reportTarget';
import type { WantedReports } from '../wantedReports';
import { UnfinishedMark } from './unfinishedMark';
import { forgetRun } from './unfinishedReports';

/** What keeps the record of a report that is being written. */
export interface RunMark {
  readonly onEvent: (event: Pick<TrajectoryEvent, 'run'>) => void;
  readonly onReport: (progress: ReportProgress) => void;
  /**
   * The run has ended.
   * @param how `done`: its report is as it was to be, and so is that of the run which this one resumed;
   * `left`: nobody wanted it to end, so its report is to be offered.
   */
  end(how: 'done' | 'ended' | 'left'): Promise<void>;
}

/** What of the extension is needed for that. */
interface MarkParts {
  readonly runFolder: string;
  readonly log: Pick<Log, 'error'>;
  readonly wantedReports: Pick<WantedReports, 'remember'>;
}

/** A run begins: should it write a report, and its window be killed, the next window knows of it. */
export function markUnfinished(
  { runFolder, log, wantedReports }: MarkParts,
  attempt: QuestionAttempt,
): RunMark {
  const { question, subject, report, resume = false, followUp } = attempt;
  // What else a question can be about may not be there any more.
  const folders = subject.kind === 'workspace' ? subject.folders : null;
  const resumed = resume && followUp !== null ? basename(followUp, '.jsonl') : null;
  const mark = new UnfinishedMark(runFolder, resumed, (error) =>
    log.error('It could not be noted that a report is being written.', error),
  );
  let run: RunId | null = null;
  let remembering: Promise<void> | undefined;
  const remember = (of: RunId, wanted: WantedReport) =>
    wantedReports
      .remember(of, wanted)
      .catch((error: unknown) =>
        log.error('It could not be noted where a report is to go.', error),
      );
  return {
    onEvent: (event) => {
      run ??= event.run;
      // At once: who resumes the run need not know how this one ended.
      if (report) remembering ??= remember(run, report);
    },
    onReport: ({ path, sections, openSections }) => {
      if (run === null || folders === null) return;
      const target = report ? targetRecord(report.target) : {};
      const wish = report?.wish ?? null;
      mark.update({ run, question, folders, wish, target, path, sections, openSections });
    },
    end: async (how) => {
      await remembering;
      // What was resumed once is wanted, also when that is cancelled.
      await mark.end(how === 'left' || (how === 'ended' && resumed !== null));
      if (how === 'done' && resumed !== null) await forgetRun(runFolder, resumed);
    },
  };
}
