import { dollars } from '../../ground/figures';
import type { Usage } from '../../trajectory/events';
import { addUsage, noUsage } from '../../trajectory/usage';
import { LimitReachedError, type Limits } from './limits';

/** What a model call can come to at worst. */
export interface CallNeed {
  /** Tokens of input, counted or a safe estimate. */
  readonly inputTokens: number;
  /** Tokens of output that the call would like to be allowed. */
  readonly outputTokens: number;
  /** With less output than this the call is not worth sending. */
  readonly leastOutputTokens: number;
  /** What tokens of that model cost in US dollars; null when its price is unknown. */
  readonly cost: (inputTokens: number, outputTokens: number) => number | null;
  /** True for the last request of a run, which may use what is kept for it. */
  readonly last?: boolean;
}

/** Tokens and money set aside for one call. Settle or release it, once. */
export interface Reservation {
  /** The most tokens that the call may write; null when no limit depends on that. */
  readonly outputTokens: number | null;
  /** The call is over and used this. */
  settle(usage: Usage): void;
  /** The call was not made, or nothing is owed for it. */
  release(): void;
}

interface Amount {
  readonly tokens: number;
  readonly cost: number;
}

const nothing: Amount = { tokens: 0, cost: 0 };

/**
 * What a run may spend, over all depths. A call reserves its worst case before it is sent and settles
 * with its real usage after, so calls in parallel can't overspend together. A call that fits the limit,
 * but not beside those in flight, waits for them. Where a price is unknown, only tokens are limited.
 */
export class Budget {
  readonly #maxTokens: number;
  readonly #maxCost: number;
  readonly #maxSubcalls: number;
  readonly #waiting = new Set<() => void>();
  #usage = noUsage;
  #calls = 0;
  #subcalls = 0;
  #subcallsAnswered = 0;
  #depth = 0;
  /** Settled; its cost is what is known of it. */
  #settled = nothing;
  #reserved = nothing;
  #inFlight = 0;
  #kept = nothing;

  constructor(limits: Pick<Limits, 'maxTokens' | 'maxCostUsd' | 'maxSubcalls'>) {
    this.#maxTokens = limits.maxTokens ?? Number.POSITIVE_INFINITY;
    this.#maxCost = limits.maxCostUsd ?? Number.POSITIVE_INFINITY;
    this.#maxSubcalls = limits.maxSubcalls;
  }

  /** What was used so far. Its cost is unknown before the first call. */
  get usage(): Usage {
    return this.#calls === 0 ? { ...noUsage, costUsd: null } : this.#usage;
  }

  get subcalls(): number {
    return this.#subcalls;
  }

  get subcallsLeft(): number {
    return Math.max(0, this.#maxSubcalls - this.#subcalls);
  }

  /** Sub-calls and children that came to something. */
  get subcallsAnswered(): number {
    return this.#subcallsAnswered;
  }

  subcallAnswered(): void {
    this.#subcallsAnswered += 1;
  }

  /** How deep the recursion went: 0 is the root alone, 1 has sub-calls. */
  get depth(): number {
    return this.#depth;
  }

  /** A model of this depth speaks. */
  reached(depth: number): void {
    this.#depth = Math.max(this.#depth, depth);
  }

  /** Counts `count` sub-calls. @throws {LimitReachedError} when they would be too many; none is counted. */
  admitSubcalls(count: number): void {
    if (this.#subcalls + count > this.#maxSubcalls) {
      const asked = count === 1 ? '1 more was' : `${count} more were`;
      throw new LimitReachedError(
        'sub-calls',
        `The limit of ${this.#maxSubcalls} sub-calls: ${this.#subcalls} were made and ${asked} asked for.`,
      );
    }
    this.#subcalls += count;
  }

  /** Counts what was spent without a reservation. */
  countSpent(usage: Usage): void {
    this.#count(usage);
  }

  /** Keeps enough for one last request of the root; replaces what was kept before. */
  keepForLast(need: CallNeed): void {
    this.#kept = worstCase(need, need.outputTokens);
  }

  /**
   * Sets a call's worst case aside, with less output than asked for where that is all that is left.
   * Waits while calls in flight hold what it needs.
   * @throws {LimitReachedError} when it would not fit even if nothing else were in flight.
   * @throws the signal's reason when it is aborted.
   */
  async reserve(need: CallNeed, signal: AbortSignal): Promise<Reservation> {
    for (;;) {
      signal.throwIfAborted();
      const outputTokens = this.#affordableOutput(need);
      if (outputTokens >= need.leastOutputTokens) return this.#hold(need, outputTokens);
      if (this.#inFlight === 0) throw this.#exhausted(need);
      await this.#change(signal);
    }
  }

  #left(need: CallNeed): Amount {
    const kept = need.last ? nothing : this.#kept;
    return {
      tokens: this.#maxTokens - this.#settled.tokens - this.#reserved.tokens - kept.tokens,
      cost: this.#maxCost - this.#settled.cost - this.#reserved.cost - kept.cost,
    };
  }

  /** The most output that fits what is left: negative or too little when the call doesn't fit. */
  #affordableOutput(need: CallNeed): number {
    const left = this.#left(need);
    const byTokens = left.tokens - need.inputTokens;
    const most = Math.floor(Math.min(need.outputTokens, byTokens));
    if (most < need.leastOutputTokens || fits(need, most, left.cost)) return most;
    if (!fits(need, need.leastOutputTokens, left.cost)) return -1;
    // Prices may have tiers: search instead of dividing.
    let [low, high] = [need.leastOutputTokens, most];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (fits(need, middle, left.cost)) low = middle;
      else high = middle;
    }
    return low;
  }

  #hold(need: CallNeed, outputTokens: number): Reservation {
    const amount = worstCase(need, outputTokens);
    this.#reserved = plus(this.#reserved, amount);
    this.#inFlight += 1;
    let open = true;
    const release = () => {
      if (!open) return;
      open = false;
      this.#inFlight -= 1;
      // Sums of fractions drift: nothing in flight is nothing reserved.
      this.#reserved = this.#inFlight === 0 ? nothing : minus(this.#reserved, amount);
      for (const wake of [...this.#waiting]) wake();
    };
    const settle = (usage: Usage) => {
      if (!open) return;
      this.#count(usage);
      release();
    };
    return { outputTokens: this.#bounds(need) ? outputTokens : null, settle, release };
  }

  #count(usage: Usage): void {
    this.#calls += 1;
    this.#usage = this.#calls === 1 ? usage : addUsage(this.#usage, usage);
    const tokens = usage.inputTokens + usage.outputTokens;
    this.#settled = plus(this.#settled, { tokens, cost: usage.costUsd ?? 0 });
  }

  /** True when what the call writes counts towards a limit that is set. */
  #bounds(need: CallNeed): boolean {
    const costs = Number.isFinite(this.#maxCost) && (need.cost(0, 1_000_000) ?? 0) > 0;
    return costs || Number.isFinite(this.#maxTokens);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', abandon);
      };
      const wake = () => {
        leave();
        resolve();
      };
      const abandon = () => {
        leave();
        reject(signal.reason);
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', abandon, { once: true });
    });
  }

  #exhausted(need: CallNeed): LimitReachedError {
    const left = this.#left(need);
    if (left.tokens < need.inputTokens + need.leastOutputTokens) {
      const spent = this.#settled.tokens.toLocaleString('en-US');
      return new LimitReachedError(
        'tokens',
        `The limit of ${this.#maxTokens.toLocaleString('en-US')} tokens: ${spent} were used, and the next call needs more than is left.`,
      );
    }
    return new LimitReachedError(
      'cost',
      `The cost limit of ${dollars(this.#maxCost)}: ${dollars(this.#settled.cost)} were spent, and the next call could cost more than is left.`,
    );
  }
}

function fits(need: CallNeed, outputTokens: number, leftCost: number): boolean {
  return worstCase(need, outputTokens).cost <= leftCost;
}

function worstCase(need: CallNeed, outputTokens: number): Amount {
  return {
    tokens: need.inputTokens + outputTokens,
    cost: need.cost(need.inputTokens, outputTokens) ?? 0,
  };
}

function plus(a: Amount, b: Amount): Amount {
  return { tokens: a.tokens + b.tokens, cost: a.cost + b.cost };
}

function minus(a: Amount, b: Amount): Amount {
  return { tokens: a.tokens - b.tokens, cost: a.cost - b.cost };
}
