import type { QuestionSubject } from '../../question/question';
import type { Fathom } from '../fathom';
import { type Asked, askWithModel } from './askWithModel';

/** A run to finish. */
export interface PastQuestion {
  readonly question: string;
  readonly subject: QuestionSubject;
  /** Path of its log. */
  readonly log: string;
}

/** Finishes a run as a new run, with the same wish for a report. */
export async function resumeAttempt(
  fathom: Fathom,
  { question, subject, log }: PastQuestion,
): Promise<Asked | undefined> {
  const { readWish } = await fathom.engine.get();
  // If the log can't be read, the new run says so.
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
