import type { LanguageModel } from '../../models/languageModel';
import type { NodeHandle } from '../../trajectory/recorder';
import type { LimitReachedError } from '../budget/limits';
import type { Conversation } from '../calls/conversation';
import type { RlmContext } from '../subject/context';

/** A question for one RLM, at some depth of the recursion. */
export interface Query {
  readonly question: string;
  /** A further wish, as the model is told; "" for none. */
  readonly wish: string;
  readonly context: RlmContext;
  /** The root LM of this completion. */
  readonly model: LanguageModel;
  /** 0 is the root. */
  readonly depth: number;
  /** The node above this completion. */
  readonly node: NodeHandle;
}

/** How a completion ended. */
export type Ending =
  /** The model submitted an answer through the REPL. */
  | { readonly kind: 'submitted' }
  /** The model did not submit, also when asked to; its text is the answer. */
  | {
      readonly kind: 'text' /** In how many turns before its code ran. */;
      readonly turnsWithCode: number;
    }
  | { readonly kind: 'limit'; readonly limit: LimitReachedError }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface Completion {
  /** The answer, or the best one so far if the completion ended early; "" when there was none. */
  readonly answer: string;
  readonly ending: Ending;
  readonly iterations: number;
}

/** The state of the loop, kept outside so that nothing is lost when the loop is left early. */
export interface State {
  conversation: Conversation | null;
  draft: string;
  iterations: number;
  /** The node of the last turn, which may still be open. */
  turn: NodeHandle | null;
}
