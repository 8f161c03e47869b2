import type { Message } from '../models/languageModel';
import type { RecordedNode } from '../trajectory/recording';
import type { Query } from './completion';
import { describeContext, type RlmContext } from './context';
import { Conversation } from './conversation';
import { servicesForReplay } from './pastServices';
import { Repl } from './repl';
import { recordedCell, recordedPrompt, recordedReply, silentNode, spokenTurnsOf } from './replay';
import type { RunServices } from './services';

/** What a session is about, and how deep in the recursion it is. */
type SessionTopic = Pick<Query, 'context' | 'depth'>;

/**
 * A kernel and the conversation with the root LM that goes with it. One question after the other can be
 * asked in it; each finds the variables that the ones before it left. Whoever makes one disposes it.
 */
export class Session {
  readonly repl: Repl;
  #context: RlmContext;
  #conversation: Conversation | null = null;

  /** Starts the kernel in the background. @param signal gives that up. */
  constructor({ context, depth }: SessionTopic, run: RunServices, signal: AbortSignal) {
    this.#context = context;
    this.repl = new Repl(run, context, depth, signal);
  }

  /**
   * Puts a question at the end of the conversation.
   * @param system begins the conversation, also one that began with another.
   */
  async begin(
    { question, wish, context: topic }: Query,
    system: string,
    run: RunServices,
    signal: AbortSignal,
  ): Promise<Conversation> {
    const { prompts } = run;
    const models = run.models.describe(prompts);
    // The same repository, opened anew, or the documents as they are now.
    this.#context = topic;
    this.repl.enter(run, topic, signal);
    const context = await describeContext(topic, prompts, signal);
    const asked = (about: string) => {
      const text = prompts.fill('question', { question, context: about, models });
      return wish === '' ? text : `${text}\n\n${wish}`;
    };
    const opening = asked(context);
    if (!this.#conversation) {
      this.#conversation = new Conversation(system, opening);
      return this.#conversation;
    }
    this.#conversation.instruct(system);
    await this.repl.forgetAnswer();
    this.#conversation.goOn(asked(prompts.fill('follow-up')), opening);
    return this.#conversation;
  }

  /**
   * Brings a conversation back from what was logged of it: the same messages, and the variables, by
   * running its cells again. What they ask of models and of the repository is answered from the log.
   * @param questions the completions of the questions asked so far, in order.
   */
  async revive(
    questions: readonly RecordedNode[],
    run: RunServices,
    signal: AbortSignal,
  ): Promise<void> {
    const turns = questions.flatMap(spokenTurnsOf);
    const replay = servicesForReplay(run);
    this.repl.enter(replay, this.#context, signal);
    const said = new SaidBefore();
    const firstTurn = indexAfterLost(turns);
    for (const [index, turn] of turns.entries()) {
      if (said.takes(turn)) await this.repl.setHistory(said.past);
      if (index >= firstTurn) await this.#runAgain(turn, signal);
    }
    if (said.messages.length > 0) this.#conversation = Conversation.revived(said);
  }

  /** Ends the kernel and waits until nothing of it is left. */
  async dispose(): Promise<void> {
    await this.repl.dispose();
  }

  async #runAgain(turn: RecordedNode, signal: AbortSignal): Promise<void> {
    const node = silentNode(turn);
    for (const cell of turn.children) {
      if (cell.kind !== 'cell') continue;
      signal.throwIfAborted();
      // One that did not end has what it was answered by then; what it asked beyond that fails.
      const { result } = await this.repl.execute(cell.bodies.get('code') ?? '', node, signal);
      if (result.status === 'lost') await this.repl.restart();
      if (result.answer !== null) await this.repl.holdBack(result.answer);
    }
  }
}

/** Variables from before a kernel was lost need not be brought back. */
function indexAfterLost(turns: readonly RecordedNode[]): number {
  return (
    1 +
    turns.findLastIndex(({ children }) =>
      children.some((cell) => recordedCell(cell)?.status === 'lost'),
    )
  );
}

/** The conversation as it was sent, put together from the news of each request. */
class SaidBefore {
  messages: readonly Message[] = [];
  /** What was said before it was shortened, without the system prompt. */
  past: readonly Message[] = [];
  /** Of the last request with its reply. */
  tokens = 0;

  /** Adds what a turn said. True when the conversation was shortened in it. */
  takes(turn: RecordedNode): boolean {
    let shortened = false;
    for (const call of turn.children) {
      const prompt = recordedPrompt(call);
      if (!prompt) continue;
      // Shortened, it begins again after the system prompt; a message that is put anew is the last.
      if (prompt.from <= 1 && this.messages.length > 2) {
        this.past = [...this.past, ...this.messages.slice(1)];
        shortened = true;
      }
      this.messages = [...this.messages.slice(0, prompt.from), ...prompt.messages];
      const reply = recordedReply(call);
      if (!reply) continue;
      this.messages = [...this.messages, { role: 'assistant', content: reply.text || '-' }];
      this.tokens = reply.usage.inputTokens + reply.usage.outputTokens;
    }
    return shortened;
  }
}
