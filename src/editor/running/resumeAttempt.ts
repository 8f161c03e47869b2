import type { QuestionSubject } from '../../question/question';
import type { Fathom } from '../fathom';
import { type Asked, askWithModel } from './askWithModel';

/** A run that is to be done to its end. */
export interface PastQuestion {
  readonly question: string;
  readonly subject: QuestionSubject;
  /** Path of its log. */
  readonly log: string;
}

/** Does a run to its end, as a run of its own; its report is what it was to be and goes where it was to go. */
export async function resumeAttempt(
  fathom: Fathom,
  { question, subject, log }: PastQuestion,
): Promise<Asked | undefined> {
  const { readWish } = await fathom.engine.get();
  // That a log can't be read is told by the run that is to go on from it.
  const report = await readWish(log).catch(() => null);
  return askWithModel(fathom, {
    question,
    subject,
    followUp: log,
    resume: true,
    failed: null,
    ...(report ? { report } : {}),
  });
}
