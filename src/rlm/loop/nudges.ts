import type { PromptName } from '../prompts/prompts';
import type { TurnResult } from './turn';

/** A question shorter than this may turn up in a sub-call's prompt by chance, in characters. */
const tellingQuestionLength = 20;

/** A prompt of a batch with more text than this beside the question asks about that text, in characters. */
const mostTextBeside = 1_000;

/**
 * Notices what runs of weaker models get stuck in: the whole question handed to one sub-model (Zhang and
 * Khattab) or, with next to nothing beside it, to each of many, and the same check again and again (arXiv 2512.24601, the long tail of costs). Each nudge is
 * given once for each time it fits, and never twice in a row.
 */
export class Nudges {
  readonly #question: string;
  /** Output by the code that printed it. */
  readonly #ran = new Map<string, string>();
  #last: PromptName | null = null;

  constructor(question: string) {
    this.#question = squeeze(question);
  }

  /** The prompt to nudge with after a turn, or null. */
  after(result: Extract<TurnResult, { kind: 'ran' }>): PromptName | null {
    const fits = this.#fitting(result);
    const nudge = fits === this.#last ? null : fits;
    this.#last = fits;
    return nudge;
  }

  #fitting({ code, output, last, subcalls }: Extract<TurnResult, { kind: 'ran' }>) {
    const key = squeeze(code);
    const before = this.#ran.get(key);
    this.#ran.set(key, output);
    if (last.answer !== null) return null;
    if (before === output) return 'nudge-repeat';
    return this.#isHandedOn(subcalls) ? 'nudge-decompose' : null;
  }

  #isHandedOn(prompts: readonly string[]): boolean {
    if (prompts.length === 0 || this.#question.length < tellingQuestionLength) return false;
    const most = this.#question.length + mostTextBeside;
    return prompts.map(squeeze).every((prompt) => {
      return prompt.includes(this.#question) && (prompts.length === 1 || prompt.length <= most);
    });
  }
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
