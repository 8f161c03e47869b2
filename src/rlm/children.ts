import type { LanguageModel } from '../models/languageModel';
import type { HostCall, HostReply } from '../repl/hostCall';
import { plural } from '../trajectory/figures';
import { messageOf } from '../trajectory/fileFailure';
import type { NodeHandle } from '../trajectory/recorder';
import { type RecordedNode, usageBelow } from '../trajectory/recording';
import { type Asking, askAtOnce, askBatch } from './asking';
import { failedSlot, type Slot, singleReply, stoppedSlot, unpackTexts } from './batchSlots';
import { checkArguments } from './checkArguments';
import type { Completion, Query } from './completion';
import { type RlmContext, valueContext } from './context';
import { shorten } from './fences';
import { isNodeStopped } from './nodeStops';
import { servicesForReplay } from './pastServices';
import { askedKey, resumedNode, silentNode } from './replay';
import type { RunServices } from './services';
import type { Subcalls } from './subcalls';

/** What a child is asked, and about what. */
interface ChildQuestion {
  readonly question: string;
  readonly context: RlmContext;
}

/**
 * Child RLMs of one completion: what `rlm_query` and `rlm_query_batched` come to. Where the depth limit is
 * reached they are plain sub-calls, with the context in the prompt.
 */
export class Children {
  readonly #run: RunServices;
  readonly #parent: RlmContext;
  readonly #depth: number;
  readonly #subcalls: Subcalls;

  /** @param depth of the RLM whose code makes the calls. */
  constructor(run: RunServices, parent: RlmContext, depth: number, subcalls: Subcalls) {
    this.#run = run;
    this.#parent = parent;
    this.#depth = depth;
    this.#subcalls = subcalls;
  }

  /** @throws {HostCallError} a SubcallError when there is no answer. */
  async one(call: HostCall, asking: Asking): Promise<HostReply> {
    const { model, prompt, context } = checkArguments('rlm_query', call);
    const texts = unpackTexts(call.body, [prompt, ...(context === null ? [] : [context])]);
    const slots = await this.#askAll([this.#question(texts)], model, asking);
    return singleReply(slots[0] ?? failedSlot('nothing was asked'));
  }

  async batch(call: HostCall, asking: Asking): Promise<HostReply> {
    const { model, slots: sizes } = checkArguments('rlm_query_batched', call);
    const lengths = sizes.map(({ prompt, context }) => [
      prompt,
      ...(context === null ? [] : [context]),
    ]);
    const texts = unpackTexts(call.body, lengths.flat());
    const questions = lengths.map(({ length }) => this.#question(texts.splice(0, length)));
    return askBatch(plural(questions.length, 'question'), asking, this.#run, (within) =>
      this.#askAll(questions, model, within),
    );
  }

  #question([question = '', json]: readonly string[]): ChildQuestion {
    return { question, context: json === undefined ? this.#parent : valueContext(json) };
  }

  async #askAll(
    questions: readonly ChildQuestion[],
    modelName: string | null,
    asking: Asking,
  ): Promise<Slot[]> {
    if (this.#depth + 1 >= this.#run.limits.maxDepth) {
      return this.#subcalls.askAll(questions.map(plainPrompt), modelName, asking);
    }
    const model = this.#run.models.named(modelName);
    this.#subcalls.admit(questions.length);
    return askAtOnce(questions, asking, this.#run, (question) => {
      // Taken in order, so that children write to the report where their parent asked for them.
      const report = this.#run.report.child();
      const run = { ...this.#run, report };
      return this.#ask(question, model, asking, run).finally(() => report.end());
    });
  }

  async #ask(
    { question, context }: ChildQuestion,
    model: LanguageModel,
    { node: parent, signal, replay }: Asking,
    run: RunServices,
  ): Promise<Slot> {
    const depth = this.#depth + 1;
    const slots = this.#run.childSlots(depth);
    const node = parent.child('child', shorten(question));
    node.body('question', question);
    const key = askedKey(model, question, context.kind === 'value' ? context.json : '');
    node.record({ kind: 'asked', key });
    const before = replay?.asked(key) ?? null;
    const ended = before && hasEnded(before) ? before : null;
    if (ended && !(run.report.files.repeats && mayWrite(ended))) return this.#replay(ended, node);
    try {
      await slots.acquire(depth, signal);
    } catch {
      return this.#stopped(node, signal);
    }
    if (ended) {
      const query = { question, wish: '', context, model, depth, node };
      await writeAgain(ended, query, run, signal).finally(() => slots.release());
      return this.#replay(ended, node);
    }
    node.progress({ working: true });
    try {
      const live = before ? resumedNode(node, before, 'the earlier run') : node;
      const query = { question, wish: '', context, model, depth, node: live };
      return await this.#run.stops.within(node.id, signal, async (stoppable) =>
        this.#slotOf(await this.#run.complete(query, run, stoppable), node, stoppable),
      );
    } finally {
      slots.release();
    }
  }

  /** The slot of an earlier run, whose children ended. */
  #replay(before: RecordedNode, node: NodeHandle): Slot {
    const { outcome, reason } = before;
    const answer = before.bodies.get('answer') ?? '';
    const usage = usageBelow(before);
    this.#subcalls.admit(countAsked(before));
    this.#run.budget.spentBefore(usage);
    if (answer) node.body('answer', answer);
    const why = reason === null ? {} : { reason };
    node.end(outcome ?? 'error', { usage, ...why });
    if (outcome === 'ok') return { text: answer, failed: false };
    return answer
      ? incomplete(answer, reason ?? '')
      : failedSlot(reason ?? 'The call was cancelled.');
  }

  #slotOf({ answer, ending }: Completion, node: NodeHandle, signal: AbortSignal): Slot {
    if (answer) node.body('answer', answer);
    switch (ending.kind) {
      case 'submitted':
      case 'text':
        node.end('ok');
        return { text: answer, failed: false };
      case 'limit': {
        const { message } = ending.limit;
        node.end('stopped', { reason: message });
        if (!answer) return failedSlot(message);
        return incomplete(answer, message);
      }
      case 'cancelled':
        return this.#stopped(node, signal, answer);
      case 'failed': {
        const reason = messageOf(ending.error);
        node.end('error', { reason });
        return failedSlot(reason);
      }
    }
  }

  /** @param answer what the child had drafted. */
  #stopped(node: NodeHandle, signal: AbortSignal, answer = ''): Slot {
    const limit = this.#run.limitReached.error;
    if (limit) {
      node.end('stopped', { reason: limit.message });
      return stoppedSlot(limit.message);
    }
    if (!isNodeStopped(signal.reason)) {
      node.end('cancelled');
      return stoppedSlot('The call was cancelled.');
    }
    node.end('cancelled', { reason: 'stopped by a person' });
    const { message } = signal.reason;
    return answer ? incomplete(answer, message) : stoppedSlot(message);
  }
}

/** False for a child that was under way when its run was killed or stopped. */
function hasEnded({ outcome, reason, bodies }: RecordedNode): boolean {
  if (outcome === 'ok') return bodies.has('answer');
  return outcome !== null && !(outcome === 'cancelled' && reason === null);
}

/** What a child that has ended wrote to the report is written once more, by the same code. */
async function writeAgain(
  before: RecordedNode,
  query: Query,
  run: RunServices,
  signal: AbortSignal,
): Promise<void> {
  const node = resumedNode(silentNode(), before, 'the earlier run');
  await run.complete({ ...query, node }, servicesForReplay(run), signal);
}

/** Whether code below a node, at any depth, speaks of the report or of documents. */
function mayWrite(node: RecordedNode): boolean {
  const code = node.bodies.get('code');
  return (
    (code !== undefined && /\breport\b|open_document/.test(code)) || node.children.some(mayWrite)
  );
}

/** Sub-calls and children anywhere below a node. */
function countAsked(node: RecordedNode): number {
  return node.children.reduce(
    (sum, child) =>
      sum + countAsked(child) + (child.kind === 'subcall' || child.kind === 'child' ? 1 : 0),
    0,
  );
}

function incomplete(answer: string, reason: string): Slot {
  return { text: `${answer}\n\n(Not complete: ${reason})`, failed: false };
}

/** At the depth limit: the question with its context, as far as a prompt can hold one. */
function plainPrompt({ question, context }: ChildQuestion): string {
  if (context.kind === 'repository') return question;
  if (context.kind === 'documents') {
    const texts = context.documents.map(({ text }) => text);
    return texts.every((text) => typeof text === 'string')
      ? [question, ...texts].join('\n\n')
      : question;
  }
  const value: unknown = JSON.parse(context.json);
  return `${question}\n\n${typeof value === 'string' ? value : context.json}`;
}
