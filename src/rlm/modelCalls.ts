import type { LanguageModel, Message, ModelReply } from '../models/languageModel';
import type { Scheduler } from '../models/scheduler';
import { mostInputTokens } from '../models/tokenCount';
import type { NodeHandle } from '../trajectory/recorder';
import type { Budget, CallNeed } from './budget';
import { askedKey, recordedReply } from './replay';

/** One request to a language model, by whom and for which node of the tree. */
export interface ModelRequest {
  readonly model: LanguageModel;
  readonly messages: readonly Message[];
  /** 0 for the root LM, 1 for its sub-calls, and so on; the deepest are served first. */
  readonly depth: number;
  /** The call's own node: gets its text as it streams, and what goes wrong on the way. */
  readonly node: NodeHandle;
  /** The most the model may write; less where the budget is nearly used up. */
  readonly outputTokens: number;
  /** True for the last request of a run, which may use what is kept for it. */
  readonly last?: boolean;
}

/** With less room for output than this a call is not worth sending, in tokens. */
const leastOutputTokens = 256;

/**
 * Every model call of a run, at any depth: waits for a slot, reserves its worst case, asks, settles what it
 * really used.
 */
export class ModelCalls {
  readonly #budget: Budget;
  readonly #scheduler: Scheduler;

  constructor(budget: Budget, scheduler: Scheduler) {
    this.#budget = budget;
    this.#scheduler = scheduler;
  }

  /**
   * Asks nobody when the node has a reply in the log of an earlier run, which then counts as spent.
   * @throws {ModelError} when the model can't answer, after the retries that made sense.
   * @throws {LimitReachedError} when tokens or money don't reach.
   * @throws the signal's reason when it is aborted.
   */
  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const { depth, node, model, messages } = request;
    const key = askedKey(model, ...messages.slice(-1).map(({ content }) => content));
    const known = recordedReply(node.recorded);
    if (known) {
      this.#budget.spentBefore(known.usage);
      node.record({ kind: 'reply', key, finishReason: known.finishReason, usage: known.usage });
      return known;
    }
    const reply = await this.#scheduler.run(
      depth,
      signal,
      () => this.#send(request, signal),
      (error, waitMs) => node.progress({ summary: retrying(error.kind, waitMs) }),
    );
    node.record({ kind: 'reply', key, finishReason: reply.finishReason, usage: reply.usage });
    return reply;
  }

  async #send(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const { model, messages, node } = request;
    const reservation = await this.#budget.reserve(needOf(request), signal);
    node.progress({ working: true });
    try {
      const reply = await model.complete(messages, {
        signal,
        ...(reservation.outputTokens === null ? {} : { maxOutputTokens: reservation.outputTokens }),
        onText: (text) => node.progress({ text }),
      });
      reservation.settle(reply.usage);
      return reply;
    } finally {
      reservation.release();
    }
  }
}

/** What a request can come to at worst. */
export function needOf({ model, messages, outputTokens, last }: ModelRequest): CallNeed {
  return {
    inputTokens: mostInputTokens(messages),
    outputTokens,
    leastOutputTokens: Math.min(leastOutputTokens, outputTokens),
    cost: (input, output) => model.price(input, output),
    last: last ?? false,
  };
}

function retrying(kind: string, waitMs: number): string {
  const why = kind === 'rate-limit' ? 'rate limited' : `${kind} error`;
  return `${why}, asking again in ${Math.max(1, Math.round(waitMs / 1000))} s`;
}
