import { placeText } from '../../trajectory/lineRange';
import type { AnswerGate, Submission } from '../answerGate';
import type { RunServices } from '../services';
import { checkIfPossible } from './checkCitations';

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
