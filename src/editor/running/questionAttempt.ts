import type { QuestionSubject } from '../../question/question';
import type { ReportWish } from '../../rlm/report/reportWish';
import type { AnswerDocument } from '../answers/answerDocument';

/** A question that is to be put to the engine. */
export interface QuestionAttempt {
  readonly question: string;
  readonly subject: QuestionSubject;
  /** Path of the log of the run whose conversation goes on; null begins one. */
  readonly followUp: string | null;
  /** Whether that run's own question is to be done to its end, instead of another after it. */
  readonly resume?: boolean;
  /** The document of an attempt that failed, if there was one. */
  readonly failed: AnswerDocument | null;
  /** The report that is wanted, and where it goes; none by default. */
  readonly report?: ReportWish;
}
