import { LimitReachedError } from '../budget/limits';
import type { TurnResult } from './turn';

/** Turns in a row whose code may fail before the run is ended. */
const maxErrorsInARow = 8;

/** What goes wrong several times in a row. */
export class Streaks {
  /** Replies without code. */
  withoutCode = 0;
  #errors = 0;

  /** @throws {LimitReachedError} when code has failed, or not been complete, too often in a row. */
  count(result: TurnResult): void {
    this.withoutCode = result.kind === 'no-code' ? this.withoutCode + 1 : 0;
    const failed =
      result.kind === 'cut-off' ||
      (result.kind === 'ran' && ['error', 'timeout', 'lost'].includes(result.last.status));
    this.#errors = failed ? this.#errors + 1 : 0;
    if (this.#errors >= maxErrorsInARow) {
      const how = result.kind === 'cut-off' ? 'failed or was cut at the output limit' : 'failed';
      throw new LimitReachedError('errors', `The code of ${this.#errors} turns in a row ${how}.`);
    }
  }
}
