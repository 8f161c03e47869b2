import { messageOf } from '../../ground/fileFailure';
import type { LanguageModel, ModelReply } from '../../models/languageModel';
import type { NodeHandle } from '../../trajectory/recorder';
import type { RecordOf } from '../../trajectory/records';
import type { Budget } from '../budget/budget';
import type { Conversation } from './conversation';
import { type ModelCalls, needOf } from './modelCalls';

/** The most that a root LM may write in one turn, in tokens, when a limit makes that matter. */
const rootOutputTokens = 16_384;
/** The most that it may write when it is asked for its best answer at a limit. */
const lastOutputTokens = 4_096;
/** How full the root's window may get before the conversation is shortened (official code). */
const fullShare = 0.85;

/** What a root LM is asked for. The `last` request of a run may use the tokens and the money kept for it. */
export type RootPurpose = RecordOf<'said'>['why'];

/** One request to the root LM of a completion. */
export interface RootCall {
  readonly conversation: Conversation;
  readonly iteration: NodeHandle;
  readonly model: LanguageModel;
  readonly depth: number;
  readonly why: RootPurpose;
}

/** The root LM of every completion of a run. */
export class RootCalls {
  readonly #budget: Budget;
  readonly #calls: Pick<ModelCalls, 'ask'>;

  constructor(budget: Budget, calls: Pick<ModelCalls, 'ask'>) {
    this.#budget = budget;
    this.#calls = calls;
  }

  /** Draws a turn below its completion, or another occasion on which the root LM is asked. */
  begin(completion: NodeHandle, _why: RootPurpose, summary: string): NodeHandle {
    return completion.child('iteration', summary);
  }

  /** True when the next request would come close to what the model can read at once. */
  isNearlyFull({ conversation, model }: RootCall): boolean {
    const { contextWindow } = model;
    return contextWindow !== null && conversation.tokens > fullShare * contextWindow;
  }

  /**
   * Sends the conversation and adds the reply to it.
   * @throws {ModelError} when the model can't answer, and the signal's reason when it is aborted.
   */
  async ask(
    { conversation, iteration, model, depth, why }: RootCall,
    signal: AbortSignal,
  ): Promise<ModelReply> {
    const node = iteration.child('model-call', model.name);
    // The log does not repeat itself: only what is new since the last request.
    const news = conversation.news();
    const messages = conversation.messages();
    const parts = news.messages.map(({ role, content }) => ({ role, length: content.length }));
    node.record({ kind: 'said', from: news.from, parts, why });
    node.body('prompt', news.messages.map(({ content }) => content).join('\n\n'));
    try {
      this.#budget.reached(depth);
      const outputTokens = why === 'last' ? lastOutputTokens : rootOutputTokens;
      const last = why === 'last' && depth === 0;
      const request = { model, messages, depth, node, outputTokens, goesOn: true, last };
      if (depth === 0 && !last) {
        this.#budget.keepForLast(
          needOf({ ...request, outputTokens: lastOutputTokens, last: true }),
        );
      }
      const reply = await this.#calls.ask(request, signal);
      conversation.replied(reply.text, reply.usage.inputTokens + reply.usage.outputTokens);
      node.end('ok', { usage: reply.usage });
      return reply;
    } catch (error) {
      const reason = messageOf(error);
      node.end(signal.aborted ? 'cancelled' : 'error', { reason });
      throw error;
    }
  }
}

export type RootModel = Pick<RootCalls, 'begin' | 'isNearlyFull' | 'ask'>;
