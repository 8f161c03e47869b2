import type { QuestionSubject } from '../../question/question';
import type { ReportWish } from '../../rlm/report/reportWish';
import type { AnswerDocument } from '../answers/answerDocument';

/** A question to ask the engine. */
export interface QuestionAttempt {
  readonly question: string;
  readonly subject: QuestionSubject;
  /** Path of the log of the run whose conversation continues; null for a new one. */
  readonly followUp: string | null;
  /** Whether to finish that run's own question instead of asking another one. */
  readonly resume?: boolean;
  /** The document of a failed attempt, if there was one. */
  readonly failed: AnswerDocument | null;
  /** The wanted report, and where it goes; none by default. */
  readonly report?: ReportWish;
}
