import type { Prompts } from '../prompts/prompts';
import type { AnswerGate, Submission } from './answerGate';
import { whyNoAnswer } from './noAnswer';
import type { Streaks } from './streaks';

/** Objects to what is no answer at all, however often it is given. */
export class NoAnswerGate implements AnswerGate {
  readonly #prompts: Prompts;
  readonly #said: readonly string[];
  readonly #streaks: Pick<Streaks, 'noAnswer'>;

  constructor(question: string, prompts: Prompts, streaks: Pick<Streaks, 'noAnswer'>) {
    this.#prompts = prompts;
    this.#said = [question, prompts.fill('no-code')];
    this.#streaks = streaks;
  }

  async objection({ answer, byCode, isCut }: Submission): Promise<string | null> {
    const why = isCut
      ? 'it was cut off before its end'
      : whyNoAnswer(answer, { said: this.#said, submitted: byCode });
    if (why === null) return null;
    this.#streaks.noAnswer(why);
    return this.#prompts.fill('no-answer', { why });
  }
}
