import { OpenSession } from './openSession';

export interface KeptSessionsOptions {
  /** How many are kept; one more ends the least recently used one. */
  readonly most: number;
  /** How long an unused session is kept, in milliseconds. */
  readonly idleMs: number;
}

/** A session between questions. */
interface Kept {
  readonly session: OpenSession;
  readonly topic: string;
  readonly timer: NodeJS.Timeout;
}

/**
 * Keeps the kernels of conversations, with all variables, for the next question. A kernel takes some 20 MB natively and
 * 100 MB in WebAssembly, so few are kept, and not for long. Conversations whose kernel is gone are revived from the log.
 */
export class KeptSessions {
  readonly #options: KeptSessionsOptions;
  /** The most recently used one is at the end. */
  readonly #kept = new Set<Kept>();
  readonly #ending = new Set<Promise<void>>();
  #disposed = false;

  constructor(options: KeptSessionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  /**
   * The session that a run left, or a new one. It belongs to the caller until `keep`.
   * @param topic what the question is about and how kernels are started. A session with another topic is not found.
   */
  async take(run: string | null, topic: string): Promise<OpenSession> {
    const found = [...this.#kept].find(({ session }) => run !== null && session.run === run);
    if (!found) return new OpenSession();
    this.#forget(found);
    if (found.topic === topic && (await found.session.isAlive())) return found.session;
    this.#end(found.session);
    return new OpenSession();
  }

  /** Keeps a session for the next question, if it has answered one. */
  keep(session: OpenSession, topic: string): void {
    if (this.#disposed || session.run === null) {
      this.#end(session);
      return;
    }
    const timer = setTimeout(() => this.#drop(kept), this.#options.idleMs);
    timer.unref();
    const kept = { session, topic, timer };
    this.#kept.add(kept);
    const [oldest] = this.#kept;
    if (oldest && this.#kept.size > this.#options.most) this.#drop(oldest);
  }

  /** Ends all sessions, and waits until they have ended. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const kept of this.#kept) this.#drop(kept);
    await Promise.all(this.#ending);
  }

  #drop(kept: Kept): void {
    this.#forget(kept);
    this.#end(kept.session);
  }

  #forget(kept: Kept): void {
    clearTimeout(kept.timer);
    this.#kept.delete(kept);
  }

  #end(session: OpenSession): void {
    const ending = session.dispose().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
