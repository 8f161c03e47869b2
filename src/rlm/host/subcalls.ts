import { plural } from '../../ground/figures';
import {
  isTooLong,
  type LanguageModel,
  ModelError,
  type ModelReply,
} from '../../models/languageModel';
import type { HostReply } from '../../repl/hostCall';
import type { NodeHandle } from '../../trajectory/recorder';
import { LimitReachedError } from '../budget/limits';
import { isNodeStopped } from '../budget/nodeStops';
import { recordReply } from '../calls/modelCalls';
import { askedKey } from '../calls/recordKeys';
import { wordlessReply } from '../calls/wordlessReply';
import { replyDoubts } from '../citations/replyDoubts';
import {
  failedSlot,
  type Slot,
  singleReply,
  stoppedSlot,
  unpackTexts,
} from '../completion/batchSlots';
import { headline } from '../completion/headline';
import type { RunServices } from '../completion/services';
import type { Prompts } from '../prompts/prompts';
import { type Asking, admitSubcalls, askAtOnce, askBatch } from './asking';

/** The most output of a sub-model when a limit counts it, in tokens. */
const subcallOutputTokens = 8_192;

/** Prompts of a cell that are looked at for what models get stuck in. */
const promptsKept = 20;

/** Sub-LM calls of one completion: what `llm_query` and `llm_query_batched` come to. */
export class Subcalls {
  readonly #run: RunServices;
  readonly #depth: number;
  #prompts: string[] = [];

  /** @param depth of the RLM with the calling code. */
  constructor(run: RunServices, depth: number) {
    this.#run = run;
    this.#depth = depth;
  }

  /** The first prompts asked since the cell began, at most `promptsKept`. */
  get prompts(): readonly string[] {
    return this.#prompts;
  }

  enterCell(): void {
    this.#prompts = [];
  }

  /** @throws {HostCallError} a SubcallError when the model can't answer. */
  async one(body: Buffer, model: string | null, asking: Asking): Promise<HostReply> {
    const slots = await this.askAll([body.toString('utf8')], model, asking);
    return singleReply(slots[0] ?? failedSlot('nothing was asked'));
  }

  async batch(
    body: Buffer,
    { lengths, model }: { readonly lengths: readonly number[]; readonly model: string | null },
    asking: Asking,
  ): Promise<HostReply> {
    const prompts = unpackTexts(body, lengths);
    return askBatch(plural(prompts.length, 'sub-call'), asking, this.#run, (within) =>
      this.askAll(prompts, model, within),
    );
  }

  /** @throws {HostCallError} when the model is not allowed, or the sub-calls are used up. */
  async askAll(
    prompts: readonly string[],
    modelName: string | null,
    asking: Asking,
  ): Promise<Slot[]> {
    const model = this.#run.models.named(modelName);
    admitSubcalls(prompts.length, this.#run);
    this.#prompts.push(...prompts.slice(0, promptsKept - this.#prompts.length));
    const summaries = promptSummaries(prompts);
    return askAtOnce(prompts, asking, this.#run, (prompt, index) => {
      const place = prompts.length > 1 ? `prompts[${index}]` : 'The prompt';
      return this.#ask(model, prompt, summaries[index] ?? '', place, asking);
    });
  }

  async #ask(
    model: LanguageModel,
    prompt: string,
    summary: string,
    place: string,
    { node: parent, signal }: Asking,
  ): Promise<Slot> {
    const node = parent.child('subcall', summary);
    node.body('prompt', prompt);
    const files = this.#run.coverage.sent(prompt);
    if (files.length > 0) node.progress({ files });
    this.#run.budget.reached(this.#depth + 1);
    const key = askedKey(model, prompt);
    try {
      const { reply, fromMemory } = await this.#run.replies.reply(
        { model, prompt, node },
        () => this.#send(model, prompt, node, signal),
        signal,
      );
      // A reply from memory does not pass through a model call, which would record it.
      if (fromMemory) recordReply(node, key, reply);
      const slot = endWith(node, model, reply, fromMemory, this.#run.prompts);
      if (slot.failed) return slot;
      const doubts = replyDoubts(reply.text, prompt, this.#run.coverage.linesIn(prompt));
      return doubts.length > 0 ? { ...slot, doubts } : slot;
    } catch (error) {
      node.record({ kind: 'asked', key });
      if (!isTooLong(error)) return this.#failed(error, node, signal);
      const size = prompt.length.toLocaleString('en-US');
      const reason = `${place} has ${size} characters. ${error.message}`;
      node.end('error', { reason });
      return failedSlot(reason);
    }
  }

  #send(
    model: LanguageModel,
    prompt: string,
    node: NodeHandle,
    signal: AbortSignal,
  ): Promise<ModelReply> {
    const guidance = this.#run.prompts.fill('subcall');
    const messages = [
      { role: 'system', content: guidance },
      { role: 'user', content: prompt },
    ] as const;
    const depth = this.#depth + 1;
    return this.#run.calls.ask(
      { model, messages, depth, node, outputTokens: subcallOutputTokens, again: true },
      signal,
    );
  }

  /** A limit ends the whole run, and a model's failure only this slot. Anything else is a bug. */
  #failed(error: unknown, node: NodeHandle, signal: AbortSignal): Slot {
    const { limitReached } = this.#run;
    if (error instanceof LimitReachedError) limitReached.raise(error);
    const limit = limitReached.error;
    if (limit) {
      node.end('stopped', { reason: limit.message });
      return stoppedSlot(limit.message);
    }
    if (signal.aborted) {
      const byPerson = isNodeStopped(signal.reason) ? signal.reason.message : null;
      node.end('cancelled', byPerson === null ? {} : { reason: 'stopped by a person' });
      return stoppedSlot(byPerson ?? 'The call was cancelled.');
    }
    if (!(error instanceof ModelError)) throw error;
    node.end('error', { reason: error.message });
    return failedSlot(error.message);
  }
}

/** Ends the node of an answered call. An empty reply counts as a failure, so that code does not use it. */
function endWith(
  node: NodeHandle,
  model: LanguageModel,
  reply: ModelReply,
  fromMemory: boolean,
  prompts: Prompts,
): Slot {
  const { usage } = reply;
  const wordless = wordlessReply(model, reply);
  if (wordless) {
    node.end('error', { usage, reason: wordless.message });
    return failedSlot(wordless.message);
  }
  node.end('ok', { usage, ...remark(reply, fromMemory) });
  return { text: withNote(reply, prompts), failed: false };
}

/** The text of a reply, with a note for the code if it was cut. */
function withNote({ text, finishReason }: ModelReply, prompts: Prompts): string {
  switch (finishReason) {
    case 'length':
      return prompts.fill('reply-cut', { reply: text });
    case 'content-filter':
      return prompts.fill('reply-filtered', { reply: text });
    case 'stop':
      return text;
  }
}

function remark({ finishReason }: ModelReply, fromMemory: boolean): { reason?: string } {
  if (finishReason === 'length') return { reason: 'cut at the output limit' };
  if (finishReason === 'content-filter') return { reason: 'held back by a content filter' };
  return fromMemory ? { reason: 'asked before, answered from memory' } : {};
}

/** What distinguishes the prompts of a batch: the first place that each is about, or else its first line. */
function promptSummaries(prompts: readonly string[]): readonly string[] {
  const places = prompts.map((prompt) => /^=== (.+) ===$/m.exec(prompt)?.[1]);
  const isTelling = new Set(places).size === places.length;
  return prompts.map((prompt, index) => {
    const line = prompt.split('\n').find((text) => /\S/.test(text)) ?? 'Empty prompt';
    return headline((isTelling ? places[index] : undefined) ?? line.trim());
  });
}
