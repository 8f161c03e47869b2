/** Answers that are made at once for all kernels: the largest, of a file of 20 MB, takes some 100 MB meanwhile. */
const mostAtOnce = 2;

/** One that has answers made. */
export interface AnswerTaker {
  /** Bytes of its answers that wait to be read. */
  readonly unreadBytes: () => number;
  /** Called when there may be room again. */
  readonly look: () => void;
}

/** The room in memory for answers to calls of kernels, however many kernels there are. */
export class AnswerRoom {
  readonly #takers = new Set<AnswerTaker>();
  /** In the order in which they found no room. */
  readonly #waiting = new Set<AnswerTaker>();
  #taken = 0;

  /** Counts what it does not read, until it leaves. */
  join(taker: AnswerTaker): void {
    this.#takers.add(taker);
  }

  leave(taker: AnswerTaker): void {
    this.#takers.delete(taker);
    this.pass(taker);
  }

  /** Leaves the turn to who waits next. */
  pass(taker: AnswerTaker): void {
    if (this.#waiting.delete(taker)) this.#lookAgain();
  }

  /** Bytes that wait to be read by any kernel. */
  get unreadBytes(): number {
    let sum = 0;
    for (const { unreadBytes } of this.#takers) sum += unreadBytes();
    return sum;
  }

  /** Takes the room of one answer; false when there is none, then `look` is called when there is. */
  take(taker: AnswerTaker): boolean {
    const [first] = this.#waiting;
    // Whoever waits longer goes first.
    if (this.#taken >= mostAtOnce || (first !== undefined && first !== taker)) {
      this.#waiting.add(taker);
      return false;
    }
    this.#waiting.delete(taker);
    this.#taken += 1;
    return true;
  }

  /** Gives back the room of one answer. */
  free(): void {
    this.#taken -= 1;
    this.#lookAgain();
  }

  /** Tells the first that waits; it takes the room, or passes. */
  #lookAgain(): void {
    const [first] = this.#waiting;
    first?.look();
  }
}

/** That of this process. */
export const answerRoom = new AnswerRoom();
