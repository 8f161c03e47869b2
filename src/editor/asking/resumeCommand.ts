import { join } from 'node:path';
import type { Fathom } from '../fathom';
import type { Asked } from '../running/askWithModel';
import { resumeAttempt } from '../running/resumeAttempt';
import { questionIn } from './askCommand';
import { subjectToGoOnWith } from './pastSubject';

/**
 * The command `fathom.resumeRun`, of the recursion view: does a run that was interrupted or cancelled to
 * its end, as a run of its own. Replies that its log has are not asked for again.
 * @param argument `{run, question}`: its id, and its question.
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

/** Only ever the name of one of Fathom's own logs. */
function runIn(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null || !('run' in argument)) return null;
  return typeof argument.run === 'string' && /^[\w-]+$/.test(argument.run) ? argument.run : null;
}
