import { type Clock, systemClock } from './clock';
import { ModelError, type ModelErrorKind } from './languageModel';
import { Slots } from './slots';

/** How often a call is tried that fails for a reason which may pass. */
interface Patience {
  /** In a row without that the one it asks answers anybody: it may be dead. */
  readonly alone: number;
  /** In all, while it answers others. */
  readonly inAll: number;
}

/**
 * Where half of all requests fail, one call of a thousand fails ten times in a row, and one of a million twenty
 * times. What comes malformed may be paid for.
 */
const patience: Readonly<Partial<Record<ModelErrorKind, Patience>>> = {
  'rate-limit': { alone: 10, inAll: 20 },
  server: { alone: 10, inAll: 20 },
  unreachable: { alone: 3, inAll: 20 },
  malformed: { alone: 3, inAll: 6 },
};

/** What says that the provider has too much to do. */
const overloads: ReadonlySet<ModelErrorKind> = new Set(['rate-limit', 'server']);

/** The first wait before a call is tried again, in milliseconds; it doubles from there. */
const firstWaitMs = 500;
/** The longest wait for a provider that wants fewer requests, and for one that fails otherwise. */
const longestWaitMs = { overload: 30_000, failure: 4_000 } as const;
/**
 * A provider that asks for a longer wait than this, in milliseconds, is not waited for: limits per minute
 * pass within it, limits per day and used up credit don't, and a person wants to know.
 */
const mostPatienceMs = 5 * 60_000;

/** Who is asked by a call, and who is told of its attempts. */
export interface CallOptions {
  /** Tells those who are asked apart: one that answers others is not dead. */
  readonly asks?: string;
  /** Told when the call will be tried again. */
  readonly onRetry?: (error: ModelError, waitMs: number) => void;
}

export interface SchedulerOptions {
  /** Calls in flight at once, at most. */
  readonly concurrency: number;
  readonly clock?: Clock;
}

/**
 * The one gate in front of every model call of a run, at any depth: bounded concurrency, the deepest
 * call first, retries with jitter that honour Retry-After, and less at once while the provider says
 * that it is too much.
 */
export class Scheduler {
  readonly #slots: Slots;
  readonly #clock: Clock;
  /** How many calls each of those who are asked has answered. */
  readonly #answered = new Map<string, number>();

  constructor({ concurrency, clock = systemClock }: SchedulerOptions) {
    this.#slots = new Slots(concurrency, clock);
    this.#clock = clock;
  }

  /** Calls that have a slot. */
  get running(): number {
    return this.#slots.running;
  }

  /** Calls that wait for a slot. Those that wait to be tried again are not among them. */
  get waiting(): number {
    return this.#slots.waiting;
  }

  /** Calls allowed at once just now. */
  get room(): number {
    return this.#slots.room;
  }

  /**
   * Runs a call once there is a slot for it, again when it fails for a reason that may pass, and gives
   * the slot back whenever the call has settled. The call itself must end when the signal aborts.
   * @param depth of the call: 0 for the root, 1 for its sub-calls, and so on.
   * @throws the signal's reason when it aborts before the call has started; whatever the call throws
   * last.
   */
  async run<T>(
    depth: number,
    signal: AbortSignal,
    call: () => Promise<T>,
    { asks = '', onRetry }: CallOptions = {},
  ): Promise<T> {
    const answered = () => this.#answered.get(asks) ?? 0;
    let known = answered();
    let alone = 0;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#attempt(depth, signal, call);
      if ('value' in outcome) {
        this.#answered.set(asks, answered() + 1);
        return outcome.value;
      }
      const { error } = outcome;
      if (signal.aborted || !(error instanceof ModelError)) throw error;
      alone = answered() > known ? 1 : alone + 1;
      known = answered();
      const most = patience[error.kind];
      if (!most || alone >= most.alone || attempt >= most.inAll) throw error;
      const waitMs = error.retryAfterMs ?? this.#backoffMs(attempt, error.kind);
      if (waitMs > mostPatienceMs) throw error;
      onRetry?.(error, waitMs);
      await this.#clock.sleep(waitMs, signal);
    }
  }

  /** One attempt in a slot, which is given back before anyone waits to try again. */
  async #attempt<T>(
    depth: number,
    signal: AbortSignal,
    call: () => Promise<T>,
  ): Promise<{ readonly value: T } | { readonly error: unknown }> {
    const ticket = await this.#slots.acquire(depth, signal);
    try {
      signal.throwIfAborted();
      const value = await call();
      this.#slots.grow();
      return { value };
    } catch (error) {
      const overloaded = error instanceof ModelError && overloads.has(error.kind);
      const pauseMs = overloaded ? (error.retryAfterMs ?? 0) : 0;
      // What nobody waits for must not hold up the calls to other models.
      if (overloaded && pauseMs <= mostPatienceMs) this.#slots.shrink(ticket, pauseMs);
      return { error };
    } finally {
      this.#slots.release();
    }
  }

  /** 0.5 s, 1 s, 2 s, ... up to the longest wait, up to half of it less by chance, so that calls spread out. */
  #backoffMs(attempt: number, kind: ModelErrorKind): number {
    const longest = kind === 'rate-limit' ? longestWaitMs.overload : longestWaitMs.failure;
    const full = Math.min(longest, firstWaitMs * 2 ** (attempt - 1));
    return full * (1 - this.#clock.random() / 2);
  }
}
