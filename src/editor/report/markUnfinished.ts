import { basename } from 'node:path';
import type { ReportProgress } from '../../rlm/report/reportProgress';
import type { RunId, TrajectoryEvent } from '../../trajectory/events';
import type { Try } from '../asking/askCommand';
import type { Log } from '../log';
import type { ReportTarget } from './reportChoices';
import { UnfinishedMark } from './unfinishedMark';
import { forgetRun } from './unfinishedReports';

/** What keeps the record of a report that is being written. */
export interface RunMark {
  readonly onEvent: (event: Pick<TrajectoryEvent, 'run'>) => void;
  readonly onReport: (progress: ReportProgress) => void;
  /**
   * The run has ended.
   * @param how `done`: its report is as it was to be, and so is that of the run which this one resumed;
   * `left`: nobody wanted that, so the next window is to offer it.
   */
  end(how: 'done' | 'ended' | 'left'): Promise<void>;
}

/** What of the extension is needed for that. */
interface MarkParts {
  readonly runFolder: string;
  readonly log: Pick<Log, 'error'>;
}

/** A run begins: should it write a report, and its window be killed, the next window knows of it. */
export function markUnfinished({ runFolder, log }: MarkParts, attempt: Try): RunMark {
  const { question, subject, report, resume = false, followUp } = attempt;
  // What else a question can be about may not be there any more.
  const folders = subject.kind === 'workspace' ? subject.folders : null;
  const resumed = resume && followUp !== null ? basename(followUp, '.jsonl') : null;
  const mark = new UnfinishedMark(runFolder, resumed, (error) =>
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
    end: async (how) => {
      // What was resumed once is wanted, also when that is cancelled.
      await mark.end(how === 'left' || (how === 'ended' && resumed !== null));
      if (how === 'done' && resumed !== null) await forgetRun(runFolder, resumed);
    },
  };
}

function targetRecord(target: ReportTarget): Readonly<Record<string, string>> {
  return target.kind === 'document' ? {} : { [target.kind]: target.uri.toString() };
}
