import type { Continuation } from './pastRun';
import type { Session } from './session';

/**
 * Keeps a session alive between the questions of a conversation, for a program that stays: the next
 * question finds kernel and variables as they are. Holds nothing before the first question was asked.
 */
export class OpenSession {
  #session: Session | null = null;
  #run: string | null = null;

  /** The run of the last question; null before the first, after `dispose` and when it was taken. */
  get run(): string | null {
    return this.#run;
  }

  /** The session, if it is where that run left it; another one is not. It is the taker's from now on. */
  take(continues: Continuation | null): { readonly session: Session; readonly run: string } | null {
    const [session, run] = [this.#session, this.#run];
    if (!session || run === null) return null;
    if (continues && (continues.how === 'resume' || continues.past.run !== run)) return null;
    this.#session = null;
    this.#run = null;
    return { session, run };
  }

  /** False when nothing is kept, or its kernel has died meanwhile. */
  async isAlive(): Promise<boolean> {
    return (await this.#session?.repl.isAlive()) ?? false;
  }

  /** Keeps a session, after that run, in the place of another. */
  async keep(session: Session, run: string): Promise<void> {
    await this.#session?.dispose();
    this.#session = session;
    this.#run = run;
  }

  /** Ends what is kept. */
  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#run = null;
    await session?.dispose();
  }
}
