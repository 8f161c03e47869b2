import { OpenSession } from './openSession';

export interface KeptSessionsOptions {
  /** So many are kept; one more ends the one that was not used for longest. */
  readonly most: number;
  /** One that is not used for so long is ended, in milliseconds. */
  readonly idleMs: number;
}

/** A session between two questions. */
interface Kept {
  readonly session: OpenSession;
  readonly topic: string;
  readonly timer: NodeJS.Timeout;
}

/**
 * The conversations whose kernels are kept, with all variables, for the next question. A kernel takes
 * some 20 MB natively and 100 MB in WebAssembly: few are kept, and not for long. What is gone is revived
 * from the log.
 */
export class KeptSessions {
  readonly #options: KeptSessionsOptions;
  /** The one used last is at the end. */
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
   * The session that a run left, or a new one. It is the taker's, until it is given back with `keep`.
   * @param topic what the question is about and how kernels are started: with another one, none is found.
   */
  async take(run: string | null, topic: string): Promise<OpenSession> {
    const found = [...this.#kept].find(({ session }) => run !== null && session.run === run);
    if (!found) return new OpenSession();
    this.#forget(found);
    if (found.topic === topic && (await found.session.isAlive())) return found.session;
    this.#end(found.session);
    return new OpenSession();
  }

  /** Keeps a session for the next question, if there was one in it. */
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

  /** Ends all of them, and waits until nothing of them is left. */
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
