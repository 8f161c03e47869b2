import { findCitations } from '../citations/findCitations';
import type { RunServices } from '../completion/services';
import type { RlmContext } from '../subject/context';
import type { AnswerGate, Submission } from './answerGate';

/** Objects once to an answer that cites nothing where no code has looked at the repository, if that has files. */
export class NotLookedGate implements AnswerGate {
  readonly #context: RlmContext;
  readonly #run: Pick<RunServices, 'coverage' | 'prompts'>;
  #objected = false;

  constructor(context: RlmContext, run: Pick<RunServices, 'coverage' | 'prompts'>) {
    this.#context = context;
    this.#run = run;
  }

  async objection({ answer, turnsLeft }: Submission, signal: AbortSignal): Promise<string | null> {
    const { coverage, prompts } = this.#run;
    if (this.#objected || turnsLeft === 0 || coverage.hasLooked) return null;
    if (this.#context.kind !== 'repository' || findCitations(answer).length > 0) return null;
    const some = await this.#context.repository.fewFiles(0, signal).catch(() => []);
    signal.throwIfAborted();
    if (some !== null) return null;
    this.#objected = true;
    return prompts.fill('not-looked');
  }
}
