import { placeText } from '../../ground/lineRange';
import type { Conversation } from '../calls/conversation';
import { checkIfPossible, type Doubt } from '../citations/checkCitations';
import type { Citation } from '../citations/citations';
import type { RunServices } from '../completion/services';
import type { RlmContext } from '../subject/context';
import type { AnswerGate, Submission } from './answerGate';

/** What citations are checked against, and what was seen. */
type CheckedBy = Pick<RunServices, 'cited' | 'coverage' | 'prompts'>;

/** Doubts that are shown to the model. */
const mostDoubts = 20;

/**
 * Shows the model once which citations of its answer could not be verified, and which places of a repository
 * it cites that the run never saw. Citations that are only a few lines off are no reason: they are repaired
 * when the answer is done.
 */
export class CitationGate implements AnswerGate {
  readonly #context: RlmContext;
  readonly #conversation: Conversation;
  readonly #run: CheckedBy;
  #heldBack = false;

  /** @param conversation what was said in it counts as seen. */
  constructor(context: RlmContext, conversation: Conversation, run: CheckedBy) {
    this.#context = context;
    this.#conversation = conversation;
    this.#run = run;
  }

  async objection({ answer, turnsLeft }: Submission, signal: AbortSignal): Promise<string | null> {
    // Without a turn left, holding back would only make an answer into a limit that was reached.
    if (this.#heldBack || turnsLeft === 0) return null;
    const { cited, prompts } = this.#run;
    const { citations, doubts: unverified } = await checkIfPossible(answer, cited, signal);
    const doubts = [...unverified, ...this.#unseen(citations)];
    if (doubts.length === 0) return null;
    this.#heldBack = true;
    const list = doubts
      .slice(0, mostDoubts)
      .map((doubt) => `- \`${placeText(doubt)}\`: ${doubt.reason}.`);
    const more = doubts.length - list.length;
    if (more > 0) list.push(`- … and ${more} more.`);
    return prompts.fill('unverified', { doubts: list.join('\n') });
  }
  /** Verified places that no search, no code and no model has come by. */
  #unseen(citations: readonly Citation[]): Doubt[] {
    if (this.#context.kind !== 'repository') return [];
    const unseen = citations.filter(
      ({ path, start, end, verified }) => verified && !this.#run.coverage.saw(path, start, end),
    );
    if (unseen.length === 0) return [];
    // A question before this one may have had them, and Git may have shown them.
    const said = this.#conversation.history().filter(({ role }) => role === 'user');
    return unseen
      .filter(
        ({ path, start }) => !said.some(({ content }) => content.includes(`${path}:${start}`)),
      )
      .map((place) => ({ ...place, reason: 'nobody has looked at these lines' }));
  }
}
