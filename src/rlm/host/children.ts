import { plural } from '../../ground/figures';
import type { LanguageModel } from '../../models/languageModel';
import type { HostReply } from '../../repl/hostCall';
import { childKey } from '../calls/recordKeys';
import { failedSlot, type Slot, singleReply, unpackTexts } from '../completion/batchSlots';
import { headline } from '../completion/headline';
import type { RunServices } from '../completion/services';
import { type RlmContext, valueContext } from '../subject/context';
import { type Asking, admitSubcalls, askAtOnce, askBatch } from './asking';
import type { Subcalls } from './subcalls';

/** The lengths of a question's texts in the body of a call, in bytes. */
interface ChildSizes {
  readonly prompt: number;
  /** Null for the context of the parent. */
  readonly context: number | null;
}

interface Model {
  readonly model: string | null;
}

/** The question of a child, and its context. */
interface ChildQuestion {
  readonly question: string;
  readonly context: RlmContext;
}

/**
 * Child RLMs of one completion, for `rlm_query` and `rlm_query_batched`. At the depth limit they are plain sub-calls,
 * with the context in the prompt.
 */
export class Children {
  readonly #run: RunServices;
  readonly #parent: RlmContext;
  readonly #depth: number;
  readonly #subcalls: Subcalls;

  /** @param depth of the RLM with the calling code. */
  constructor(run: RunServices, parent: RlmContext, depth: number, subcalls: Subcalls) {
    this.#run = run;
    this.#parent = parent;
    this.#depth = depth;
    this.#subcalls = subcalls;
  }

  /** @throws {HostCallError} a SubcallError when there is no answer. */
  async one(
    body: Buffer,
    { model, prompt, context }: ChildSizes & Model,
    asking: Asking,
  ): Promise<HostReply> {
    const texts = unpackTexts(body, [prompt, ...(context === null ? [] : [context])]);
    const slots = await this.#askAll([this.#question(texts)], model, asking);
    return singleReply(slots[0] ?? failedSlot('nothing was asked'));
  }

  async batch(
    body: Buffer,
    { model, slots: sizes }: { readonly slots: readonly ChildSizes[] } & Model,
    asking: Asking,
  ): Promise<HostReply> {
    const lengths = sizes.map(({ prompt, context }) => [
      prompt,
      ...(context === null ? [] : [context]),
    ]);
    const texts = unpackTexts(body, lengths.flat());
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
    admitSubcalls(questions.length, this.#run);
    return askAtOnce(questions, asking, this.#run, (question) => {
      // In order, so that children write to the report where their parent called them.
      const report = this.#run.report.child();
      const run = { ...this.#run, report };
      return this.#ask(question, model, asking, run).finally(() => report.end());
    });
  }

  #ask(
    { question, context }: ChildQuestion,
    model: LanguageModel,
    { node: parent, signal }: Asking,
    run: RunServices,
  ): Promise<Slot> {
    const node = parent.child('child', headline(question));
    node.body('question', question);
    const query = { question, wish: '', context, model, depth: this.#depth + 1, node };
    node.record({ kind: 'asked', key: childKey(query) });
    return run.child(query, run, signal);
  }
}

/** At the depth limit: the question with its context, if a prompt can hold it. */
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
