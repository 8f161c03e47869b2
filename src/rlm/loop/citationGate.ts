import { placeText } from '../../ground/lineRange';
import type { Conversation } from '../calls/conversation';
import { checkIfPossible, type Doubt, doubtKey } from '../citations/checkCitations';
import { namesPlace } from '../citations/namesPlace';
import type { RunServices } from '../completion/services';
import type { RlmContext } from '../subject/context';
import type { AnswerGate, Submission } from './answerGate';

/** What citations are checked against, what was seen, and what the model was told. */
type CheckedBy = Pick<RunServices, 'cited' | 'coverage' | 'prompts' | 'toldDoubts'>;

/** Doubts that are shown to the model, lines that are shown of each, and characters of each line. */
const mostDoubts = 20;
const mostLines = 8;
const mostChars = 200;
/** Characters of all those lines. */
const mostCharsInAll = 8_000;

/**
 * Shows the model once which citations of its answer do not hold, and which lines of a repository it cites that
 * no model was shown, with those lines: it can mend its answer without another look.
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
    const { cited, prompts, toldDoubts } = this.#run;
    const { doubts: found } = await checkIfPossible(answer, cited, signal);
    const doubts = found.filter((doubt) => doubt.evidence === 'wrong' || this.#isUnseen(doubt));
    if (doubts.length === 0) return null;
    this.#heldBack = true;
    const shown = doubts.slice(0, mostDoubts);
    for (const doubt of shown) toldDoubts.add(doubtKey(doubt));
    const list = await this.#describe(shown, signal);
    const more = doubts.length - shown.length;
    if (more > 0) list.push(`- … and ${more} more.`);
    return prompts.fill('unverified', { doubts: list.join('\n') });
  }

  /** Each doubt with the lines that it needs; the model has seen those from here on. */
  async #describe(doubts: readonly Doubt[], signal: AbortSignal): Promise<string[]> {
    const { cited, coverage } = this.#run;
    let chars = 0;
    const list: string[] = [];
    for (const doubt of doubts) {
      list.push(`- \`${placeText(doubt)}\`: ${doubt.reason}.`);
      if (doubt.needs === null || chars >= mostCharsInAll) continue;
      const { path } = doubt;
      const { start } = doubt.needs;
      const last = Math.min(doubt.needs.end, start + mostLines - 1);
      const lines = await cited.lines(path, start, last, signal);
      for (const { line, text } of lines) {
        const isCut = text.length > mostChars;
        const row = `  ${line}\t${isCut ? `${text.slice(0, mostChars)}…` : text}`;
        chars += row.length;
        list.push(row);
        if (!isCut) coverage.shown(path, line, line);
      }
    }
    return list;
  }

  /** Lines of a repository that no search, no code and no model has come by. */
  #isUnseen({ path, start, end }: Doubt): boolean {
    // What code has of documents in memory can't be seen.
    if (this.#context.kind !== 'repository') return false;
    // A question before this one may have had them, and Git may have shown them.
    const said = this.#conversation.history().filter(({ role }) => role === 'user');
    const places = [placeText({ path, start, end }), placeText({ path, start, end: start })];
    return !said.some(({ content }) => places.some((place) => namesPlace(content, place)));
  }
}
