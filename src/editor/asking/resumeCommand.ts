import { join } from 'node:path';
import { isRunName } from '../../trajectory/events';
import type { Fathom } from '../fathom';
import type { Asked } from '../running/askWithModel';
import { resumeAttempt } from '../running/resumeAttempt';
import { questionIn } from './askCommand';
import { subjectToGoOnWith } from './pastSubject';

/**
 * The command `fathom.resumeRun` of the recursion view: finishes an interrupted or cancelled run as a new run.
 * Replies in its log are not asked for again.
 * @param argument `{run, question}`: the run's id and question.
 * @returns undefined when nothing was asked.
 */
export async function resumeRun(fathom: Fathom, argument: unknown): Promise<Asked | undefined> {
  const run = runIn(argument);
  const question = questionIn(argument);
  if (run === null || question === null) return undefined;
  const log = join(fathom.runFolder, `${run}.jsonl`);
  const subject = await subjectToGoOnWith({ run, log, how: 'resume' }, fathom);
  if (!subject) return undefined;
  return resumeAttempt(fathom, { question, subject, log });
}

/** The run's id, if it can be the name of one of Fathom's own logs. */
function runIn(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null || !('run' in argument)) return null;
  return typeof argument.run === 'string' && isRunName(argument.run) ? argument.run : null;
}
