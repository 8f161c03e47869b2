import { dollars } from '../../ground/figures';
import type { Usage } from '../../trajectory/events';
import { addUsage, noUsage } from '../../trajectory/usage';
import { LimitReachedError, type Limits } from './limits';

/** The worst case of a model call. */
export interface CallNeed {
  /** Tokens of input, counted or a safe estimate. */
  readonly inputTokens: number;
  /** Tokens of output that the call asks for. */
  readonly outputTokens: number;
  /** With less output than this the call is not worth sending. */
  readonly leastOutputTokens: number;
  /** The cost of tokens in US dollars; null when the price is unknown. */
  readonly cost: (inputTokens: number, outputTokens: number) => number | null;
  /** True for the last request of a run, which may use the part kept for it. */
  readonly last?: boolean;
}

/** Tokens and money reserved for one call. Settle or release it once. */
export interface Reservation {
  /** The most tokens that the call may write; null when no limit depends on them. */
  readonly outputTokens: number | null;
  /** Call when the call is over, with its usage. */
  settle(usage: Usage): void;
  /** Call when the call was not made, or cost nothing. */
  release(): void;
}

interface Amount {
  readonly tokens: number;
  readonly cost: number;
}

const nothing: Amount = { tokens: 0, cost: 0 };

/**
 * What a run may spend, at all depths. A call reserves its worst case before it is sent and settles with its real
 * usage afterwards, so that parallel calls can't overspend together. A call that fits the limit, but not beside
 * those in flight, waits for them. Without a known price, only tokens are limited.
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
  /** The settled amount, with the known part of its cost. */
  #settled = nothing;
  #reserved = nothing;
  #inFlight = 0;
  #kept = nothing;

  constructor(limits: Pick<Limits, 'maxTokens' | 'maxCostUsd' | 'maxSubcalls'>) {
    this.#maxTokens = limits.maxTokens ?? Number.POSITIVE_INFINITY;
    this.#maxCost = limits.maxCostUsd ?? Number.POSITIVE_INFINITY;
    this.#maxSubcalls = limits.maxSubcalls;
  }

  /** The usage so far. Its cost is unknown before the first call. */
  get usage(): Usage {
    return this.#calls === 0 ? { ...noUsage, costUsd: null } : this.#usage;
  }

  get subcalls(): number {
    return this.#subcalls;
  }

  get subcallsLeft(): number {
    return Math.max(0, this.#maxSubcalls - this.#subcalls);
  }

  /** The number of sub-calls and children that were answered. */
  get subcallsAnswered(): number {
    return this.#subcallsAnswered;
  }

  subcallAnswered(): void {
    this.#subcallsAnswered += 1;
  }

  /** The depth that the recursion reached: 0 for the root alone, 1 with sub-calls. */
  get depth(): number {
    return this.#depth;
  }

  /** Notes that a model at this depth was asked. */
  reached(depth: number): void {
    this.#depth = Math.max(this.#depth, depth);
  }

  /** Counts `count` sub-calls. @throws {LimitReachedError} if they would be too many; then none is counted. */
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

  /** Counts usage without a reservation. */
  countSpent(usage: Usage): void {
    this.#count(usage);
  }

  /** Keeps enough for one last request of the root, in place of what was kept before. */
  keepForLast(need: CallNeed): void {
    this.#kept = worstCase(need, need.outputTokens);
  }

  /**
   * Reserves the worst case of a call, with less output than requested if not more is left. Waits while calls in
   * flight hold what it needs.
   * @throws {LimitReachedError} when it would not fit even with nothing in flight.
   * @throws the signal's reason when it aborts.
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

  /** The most output that is affordable; negative or too little when the call doesn't fit. */
  #affordableOutput(need: CallNeed): number {
    const left = this.#left(need);
    const byTokens = left.tokens - need.inputTokens;
    const most = Math.floor(Math.min(need.outputTokens, byTokens));
    if (most < need.leastOutputTokens || fits(need, most, left.cost)) return most;
    if (!fits(need, need.leastOutputTokens, left.cost)) return -1;
    // Prices may have tiers, so search instead of dividing.
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
      // Sums of fractions drift, so reset when nothing is in flight.
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

  /** True when the call's output counts towards a limit. */
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
