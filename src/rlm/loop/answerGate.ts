import type { CellResult } from '../../repl/kernel';
import type { Prompts } from '../prompts/prompts';
import { listVariables } from './feedback';

/** An answer that the code of a turn has set, or that a model gave as text. */
export interface Submission {
  readonly answer: string;
  /** False when it is text, without code. */
  readonly byCode: boolean;
  /** It is text that a limit or a filter cut off. */
  readonly isCut: boolean;
  /** What that turn printed, which the model has not seen. */
  readonly output: string;
  readonly variables: CellResult['variables'];
  /** Names of those that the turn has made or changed. */
  readonly changed: ReadonlySet<string>;
  /** Turns that are left after this one. */
  readonly turnsLeft: number;
}

/** Looks at an answer before it is accepted. */
export interface AnswerGate {
  /**
   * What the model is told instead of its answer being accepted; null lets it pass. Objects once at most,
   * so that a model that stands by its answer is never in a loop; only what is no answer at all never passes.
   * @throws {LimitReachedError} when nothing else was given for too long.
   */
  objection(submission: Submission, signal: AbortSignal): Promise<string | null>;
}

/** What the first gate that objects has to say; null when all let the answer pass. */
export async function firstObjection(
  gates: readonly AnswerGate[],
  submission: Submission,
  signal: AbortSignal,
): Promise<string | null> {
  for (const gate of gates) {
    const objection = await gate.objection(submission, signal);
    if (objection !== null) return objection;
  }
  return null;
}

/**
 * Lets an answer pass once the model has seen the output of the turn it was set in; otherwise the model
 * could have invented that output.
 */
export class SubmissionGate implements AnswerGate {
  readonly #prompts: Prompts;
  #heldBack = false;

  constructor(prompts: Prompts) {
    this.#prompts = prompts;
  }

  async objection({ output, variables, changed }: Submission): Promise<string | null> {
    if (this.#heldBack || output.trim() === '') return null;
    this.#heldBack = true;
    return this.#prompts.fill('held-back', {
      output,
      variables: listVariables(variables, changed),
    });
  }
}
