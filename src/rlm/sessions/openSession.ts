import type { Completion, Query } from '../completion/completion';
import type { RunServices } from '../completion/services';
import { askIn } from '../loop/complete';
import { Session } from '../loop/session';

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
  take(run: string | null): Session | null {
    const session = this.#session;
    if (!session || run === null || run !== this.#run) return null;
    this.#session = null;
    this.#run = null;
    return session;
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

/** Where the session of a question comes from and goes to. */
export interface SessionPlace {
  /** Keeps the session for the next question; null for a question without one. */
  readonly open: OpenSession | null;
  /** The run of the question. */
  readonly run: string;
}

/** Completes a question in the session of the question before, or in one of its own, and keeps it. */
export async function completeInSession(
  query: Query,
  { open, run }: SessionPlace,
  services: RunServices,
  signal: AbortSignal,
): Promise<Completion> {
  const before = open?.run ?? null;
  const session = open?.take(before) ?? null;
  if (session && before !== null) {
    query.node.record({ kind: 'after', run: before, how: 'follow-up' });
  }
  return askAndKeep(session, query, { open, run }, services, signal);
}

/**
 * Completes a question in a session, and keeps that for the next question, or ends it.
 * @param alive null for a new one.
 * @param prepare is done before the question is asked.
 */
export async function askAndKeep(
  alive: Session | null,
  query: Query,
  { open, run }: SessionPlace,
  services: RunServices,
  signal: AbortSignal,
  prepare: (session: Session) => Promise<void> = () => Promise.resolve(),
): Promise<Completion> {
  const session = alive ?? new Session(query, services, signal);
  let kept = false;
  try {
    await prepare(session);
    const completion = await askIn(session, query, services, signal);
    // Of one that was cut off the log knows better than its kernel where it was.
    if (open && isOver(completion.ending)) {
      await open.keep(session, run);
      kept = true;
    }
    return completion;
  } catch (error) {
    return { answer: '', ending: endingOf(error, signal), iterations: 0 };
  } finally {
    if (!kept) await session.dispose();
  }
}

function isOver({ kind }: Completion['ending']): boolean {
  return kind === 'submitted' || kind === 'text' || kind === 'limit';
}

function endingOf(error: unknown, signal: AbortSignal): Completion['ending'] {
  return signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error };
}
