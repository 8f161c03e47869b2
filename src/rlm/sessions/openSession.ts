import type { Completion, Query } from '../completion/completion';
import type { RunServices } from '../completion/services';
import { askIn } from '../loop/complete';
import { Session } from '../loop/session';

/**
 * Keeps a session between the questions of a conversation, so that the next question finds the kernel and its
 * variables. Empty before the first question.
 */
export class OpenSession {
  #session: Session | null = null;
  #run: string | null = null;

  /** The run of the last question; null before the first, after `dispose`, and while the session is taken. */
  get run(): string | null {
    return this.#run;
  }

  /** The session, if that run left it; else null. It belongs to the caller from now on. */
  take(run: string | null): Session | null {
    const session = this.#session;
    if (!session || run === null || run !== this.#run) return null;
    this.#session = null;
    this.#run = null;
    return session;
  }

  /** False when nothing is kept, or its kernel has died. */
  async isAlive(): Promise<boolean> {
    return (await this.#session?.repl.isAlive()) ?? false;
  }

  /** Keeps a session after a run, in place of the former one. */
  async keep(session: Session, run: string): Promise<void> {
    await this.#session?.dispose();
    this.#session = session;
    this.#run = run;
  }

  /** Ends the kept session. */
  async dispose(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#run = null;
    await session?.dispose();
  }
}

/** Where a question's session comes from and goes to. */
export interface SessionPlace {
  /** Keeps the session for the next question; null for a question without one. */
  readonly open: OpenSession | null;
  /** The run of the question. */
  readonly run: string;
}

/** Completes a question in the session of the question before it, or in a new one, and keeps that. */
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
 * Completes a question in a session, and keeps the session for the next question, or ends it.
 * @param alive null for a new one.
 * @param prepare called before the question.
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
    // After an interruption, the log is a better state than the kernel.
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
