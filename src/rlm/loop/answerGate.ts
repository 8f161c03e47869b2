import { placeText } from '../../ground/lineRange';
import type { CellResult } from '../../repl/kernel';
import { checkIfPossible } from '../citations/checkCitations';
import type { RunServices } from '../completion/services';
import type { Prompts } from '../prompts/prompts';
import { listVariables } from './feedback';

/** An answer that the code of a turn has set. */
export interface Submission {
  readonly answer: string;
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
   * What the model is told instead of its answer being accepted; null lets it pass. Holds back once at
   * most, so that a model that stands by its answer is never in a loop.
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

/** Doubts that are shown to the model. */
const mostDoubts = 20;

/**
 * Shows the model once which citations of its answer could not be verified. Citations that are only a few
 * lines off are no reason: they are repaired when the answer is done.
 */
export class CitationGate implements AnswerGate {
  readonly #run: Pick<RunServices, 'cited' | 'prompts'>;
  #heldBack = false;

  constructor(run: Pick<RunServices, 'cited' | 'prompts'>) {
    this.#run = run;
  }

  async objection({ answer, turnsLeft }: Submission, signal: AbortSignal): Promise<string | null> {
    // Without a turn left, holding back would only make an answer into a limit that was reached.
    if (this.#heldBack || turnsLeft === 0) return null;
    const { cited, prompts } = this.#run;
    const { doubts } = await checkIfPossible(answer, cited, signal);
    if (doubts.length === 0) return null;
    this.#heldBack = true;
    const list = doubts
      .slice(0, mostDoubts)
      .map((doubt) => `- \`${placeText(doubt)}\`: ${doubt.reason}.`);
    const more = doubts.length - list.length;
    if (more > 0) list.push(`- … and ${more} more.`);
    return prompts.fill('unverified', { doubts: list.join('\n') });
  }
}
