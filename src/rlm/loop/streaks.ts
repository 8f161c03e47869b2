import { LimitReachedError } from '../budget/limits';
import type { TurnResult } from './turn';

/** Turns in a row whose code may fail before the run is ended. */
const maxErrorsInARow = 8;

/** Answers in a row that are none, after which the run is ended. */
const maxNoAnswers = 4;

/** What goes wrong several times in a row. */
export class Streaks {
  /** Replies without code. */
  withoutCode = 0;
  /** Turns in which code ran, in all. */
  turnsWithCode = 0;
  #errors = 0;
  #noAnswers = 0;

  /** @throws {LimitReachedError} when code has failed, or not been complete, too often in a row. */
  count(result: TurnResult): void {
    this.withoutCode = result.kind === 'no-code' ? this.withoutCode + 1 : 0;
    if (result.kind === 'ran') {
      this.turnsWithCode += 1;
      if (result.last.answer === null) this.#noAnswers = 0;
    }
    const failed =
      result.kind === 'cut-off' ||
      (result.kind === 'ran' && ['error', 'timeout', 'lost'].includes(result.last.status));
    this.#errors = failed ? this.#errors + 1 : 0;
    if (this.#errors >= maxErrorsInARow) {
      const how = result.kind === 'cut-off' ? 'failed or was cut at the output limit' : 'failed';
      throw new LimitReachedError('errors', `The code of ${this.#errors} turns in a row ${how}.`);
    }
  }
  /**
   * Counts something that was given as the answer and is none.
   * @param why as a clause.
   * @throws {LimitReachedError} when that went on for too long.
   */
  noAnswer(why: string): void {
    this.#noAnswers += 1;
    if (this.#noAnswers < maxNoAnswers) return;
    const times = `${this.#noAnswers} times in a row`;
    throw new LimitReachedError(
      'errors',
      `What the model gave as its answer was none, ${times}; of the last one: ${why}. Ask again, or use another model.`,
    );
  }
}
