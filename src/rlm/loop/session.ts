import { unlessAborted } from '../../ground/unlessAborted';
import { Conversation } from '../calls/conversation';
import type { Query } from '../completion/completion';
import type { RunServices } from '../completion/services';
import type { Coverage } from '../coverage/coverage';
import { describeContext } from '../prompts/describeContext';
import { Repl } from './repl';

/** What a session is about, and how deep in the recursion it is. */
type SessionTopic = Pick<Query, 'context' | 'depth'>;

/**
 * A kernel and the conversation with the root LM that goes with it. One question after the other can be
 * asked in it; each finds the variables that the ones before it left. Whoever makes one disposes it.
 */
export class Session {
  readonly repl: Repl;
  #conversation: Conversation | null = null;
  #coverage: Coverage | null = null;
  #goesOn = false;

  /** Starts the kernel in the background. @param signal gives that up. */
  constructor({ context, depth }: SessionTopic, run: RunServices, signal: AbortSignal) {
    this.repl = new Repl(run, context, depth, signal);
  }

  /**
   * Puts a question at the end of the conversation.
   * @param system begins the conversation, also one that began with another.
   */
  async begin(
    { question, wish, context: topic, depth }: Query,
    system: string,
    run: RunServices,
    signal: AbortSignal,
  ): Promise<Conversation> {
    const { prompts, coverage } = run;
    // The conversation has what the questions before were shown.
    if (this.#coverage) coverage.goOnFrom(this.#coverage);
    this.#coverage = coverage;
    const models = run.models.describe(prompts);
    // The same repository, opened anew, or the documents as they are now.
    this.repl.enter(run, topic, signal);
    const stop = AbortSignal.any([signal, run.limitReached.signal]);
    const told = (path: string, lines: number) => run.coverage.told(path, lines);
    // Without a kernel the conversation has to wait for the limit, or fails with the reason.
    const [context, python] = await Promise.all([
      describeContext(topic, depth, prompts, stop, told),
      unlessAborted(this.repl.pythonVersion(), run.limitReached.signal).catch(() => ''),
    ]);
    const asked = (about: string, version = '') => {
      const text = prompts.fill('question', { question, context: about, python: version, models });
      return wish === '' ? text : `${text}\n\n${wish}`;
    };
    const opening = asked(context, python);
    this.#goesOn = this.#conversation !== null;
    if (!this.#conversation) {
      this.#conversation = new Conversation(system, opening);
      return this.#conversation;
    }
    this.#conversation.instruct(system);
    await this.repl.forgetAnswer();
    this.#conversation.goOn(asked(prompts.fill('follow-up')), opening);
    return this.#conversation;
  }

  /** Whether there was another question before the last that was put. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  /** Puts the next question at the end of another conversation. */
  goOnWith(conversation: Conversation): void {
    this.#conversation = conversation;
  }

  /** Ends the kernel and waits until nothing of it is left. */
  async dispose(): Promise<void> {
    await this.repl.dispose();
  }
}
