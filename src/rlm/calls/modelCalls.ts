import { setTimeout as delay } from 'node:timers/promises';
import {
  type LanguageModel,
  type Message,
  ModelError,
  type ModelErrorKind,
  type ModelReply,
} from '../../models/languageModel';
import type { Scheduler } from '../../models/scheduler';
import { mostInputTokens } from '../../models/tokenCount';
import type { NodeHandle } from '../../trajectory/recorder';
import type { Budget, CallNeed } from '../budget/budget';
import { askedKey } from './recordKeys';

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
  /** True for a conversation that goes on after the reply. */
  readonly goesOn?: boolean;
  /** True for the last request of a run, which may use what is kept for it. */
  readonly last?: boolean;
  /** True when a reply without a word, for no reason given, is worth one more request. */
  readonly again?: boolean;
}

/** With less room for output than this a call is not worth sending, in tokens. */
const leastOutputTokens = 256;

/** So long the end of a run waits for calls that were stopped, in milliseconds. */
const closeMs = 2_000;

/**
 * Every model call of a run, at any depth: waits for a slot, reserves its worst case, asks, settles what it
 * really used, also for a call that came to nothing.
 */
export class ModelCalls {
  readonly #budget: Budget;
  readonly #scheduler: Scheduler;
  readonly #onCut: (message: string) => void;
  readonly #over = new AbortController();
  readonly #open = new Set<Promise<unknown>>();
  #toldOfCut = false;

  /** @param onCut told once, in words for people, when a server silently cuts what sub-models are sent. */
  constructor(
    budget: Budget,
    scheduler: Scheduler,
    onCut: (message: string) => void = () => undefined,
  ) {
    this.#budget = budget;
    this.#scheduler = scheduler;
    this.#onCut = onCut;
  }

  /**
   * A reply is in the log of this run before anyone has it: see `TrajectoryLog`.
   * @throws {ModelError} when the model can't answer, after the retries that made sense.
   * @throws {LimitReachedError} when tokens or money don't reach.
   * @throws the signal's reason when it is aborted.
   */
  async ask(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const stop = AbortSignal.any([signal, this.#over.signal]);
    const asking = this.#insist(request, stop);
    this.#open.add(asking);
    try {
      return await asking;
    } finally {
      this.#open.delete(asking);
    }
  }

  /** Ends what still runs, and waits until all is settled: from then on the run spends nothing more. */
  async close(): Promise<void> {
    this.#over.abort(new DOMException('The run is over.', 'AbortError'));
    if (this.#open.size === 0) return;
    const patience = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#open),
      delay(closeMs, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
  }

  async #insist(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const { depth, node, model, again } = request;
    const wait = new WaitShown(node);
    const asked = {
      asks: model.id ?? model.name,
      onRetry: ({ kind }: ModelError, waitMs: number) => wait.begins(kind, waitMs),
    };
    const ask = (isLast: boolean) =>
      this.#scheduler.run(
        depth,
        signal,
        () => {
          wait.over();
          return this.#send(request, isLast, signal);
        },
        asked,
      );
    try {
      const reply = await ask(!again);
      return again && isWordless(reply) ? await ask(true) : reply;
    } finally {
      wait.over();
    }
  }

  /** @param isLast false when a reply without a word is followed by another request, and no reply of this one. */
  async #send(request: ModelRequest, isLast: boolean, signal: AbortSignal): Promise<ModelReply> {
    const { model, messages, node, goesOn = false } = request;
    const reservation = await this.#budget.reserve(needOf(request), signal);
    node.progress({ working: true });
    try {
      const reply = await model.complete(messages, {
        signal,
        goesOn,
        ...(reservation.outputTokens === null ? {} : { maxOutputTokens: reservation.outputTokens }),
        onText: (text) => node.progress({ text }),
        onSpent: (usage) => {
          reservation.settle(usage);
          node.spent(usage);
        },
      });
      if (isLast || !isWordless(reply)) recordReply(node, keyOf(request), reply);
      else node.spent(reply.usage);
      reservation.settle(reply.usage);
      return reply;
    } catch (error) {
      // One of the root's ends the run, or is drawn as what failed.
      const silent = error instanceof ModelError && error.cutSilently && request.depth > 0;
      if (silent) this.#tellOfCut(error.message);
      throw error;
    } finally {
      reservation.release();
    }
  }

  #tellOfCut(message: string): void {
    if (this.#toldOfCut) return;
    this.#toldOfCut = true;
    this.#onCut(message);
  }
}

/** True for a reply of white space that nothing explains: neither a filter nor an output limit. */
function isWordless({ text, finishReason }: ModelReply): boolean {
  return finishReason === 'stop' && text.trim() === '';
}

/** Keeps all of a reply that it takes to resume the run, its text last. */
export function recordReply(node: NodeHandle, key: string, reply: ModelReply): void {
  const { finishReason, usage, text, thoughts } = reply;
  node.record({ kind: 'reply', key, finishReason, usage });
  if (thoughts !== undefined) node.body('thinking', thoughts);
  node.body('response', text);
}

/** Identifies what a request asks of whom. */
export function keyOf({ model, messages }: ModelRequest): string {
  return askedKey(model, ...messages.slice(-1).map(({ content }) => content));
}

/** What a request can come to at worst. */
export function needOf({ model, messages, outputTokens, goesOn, last }: ModelRequest): CallNeed {
  return {
    inputTokens: mostInputTokens(messages),
    outputTokens,
    leastOutputTokens: Math.min(leastOutputTokens, outputTokens),
    cost: (input, output) => model.price(input, output, goesOn),
    last: last ?? false,
  };
}

const troubles: Readonly<Partial<Record<ModelErrorKind, string>>> = {
  'rate-limit': 'rate limited',
  unreachable: 'not reachable',
  malformed: 'no proper reply',
};

/** Shows on a call's node that it waits to be made again; after that the node is called what it was. */
class WaitShown {
  readonly #node: NodeHandle;
  #shown = false;

  constructor(node: NodeHandle) {
    this.#node = node;
  }

  begins(kind: ModelErrorKind, waitMs: number): void {
    const seconds = Math.max(1, Math.round(waitMs / 1000));
    const why = `${troubles[kind] ?? 'server error'}, asking again in ${seconds} s`;
    this.#node.progress({ summary: `${this.#node.summary} · ${why}` });
    this.#shown = true;
  }

  over(): void {
    if (this.#shown) this.#node.progress({ summary: this.#node.summary });
    this.#shown = false;
  }
}
