import { basename } from 'node:path';
import type { RunId } from '../../../trajectory/events';
import type { Log } from '../../log';
import type { QuestionAttempt } from '../../running/questionAttempt';
import type { RunFollower } from '../../running/runFollower';
import { UnfinishedMark } from './unfinishedMark';
import { forgetRun } from './unfinishedReports';

/**
 * A run begins: should it write a report, and its window be killed, the next window knows of it. A run that
 * nobody wanted to end is offered, and one that is done is not, nor is the run that it resumed.
 */
export function markUnfinished(
  runFolder: string,
  log: Pick<Log, 'error'>,
  { question, subject, resume = false, followUp }: QuestionAttempt,
): RunFollower {
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
      mark.update({ run, question, folders, path, sections, openSections });
    },
    onEnd: async ({ how }) => {
      // What was resumed once is wanted, also when that is cancelled.
      await mark.end(how === 'left' || (how === 'ended' && resumed !== null));
      if (how === 'done' && resumed !== null) await forgetRun(runFolder, resumed);
    },
  };
}
