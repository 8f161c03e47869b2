import { basename } from 'node:path';
import type { RunId } from '../../../trajectory/events';
import type { Log } from '../../log';
import type { QuestionAttempt } from '../../running/questionAttempt';
import type { RunFollower } from '../../running/runFollower';
import { UnfinishedMark } from './unfinishedMark';
import { forgetRun } from './unfinishedReports';

/**
 * Notes the report of a run, so that the next window can offer to resume it if this one is killed. Not if the run
 * is done, or was cancelled.
 */
export function markUnfinished(
  runFolder: string,
  log: Pick<Log, 'error'>,
  { question, subject, resume = false, followUp }: QuestionAttempt,
): RunFollower {
  // Other subjects may not exist any more.
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
      mark.update({ run, question, folders, path, sections, openSections });
    },
    onEnd: async ({ how }) => {
      // A run that was resumed once is wanted, even if that is cancelled.
      await mark.end(how === 'left' || (how === 'ended' && resumed !== null));
      if (how === 'done' && resumed !== null) await forgetRun(runFolder, resumed);
    },
  };
}
