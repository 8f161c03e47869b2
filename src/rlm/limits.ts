import type { Usage } from '../trajectory/events';
import type { Limits } from './request';

/** The limits that can end a run, as people read them. */
export type LimitName = 'iterations' | 'sub-calls' | 'tokens' | 'cost' | 'time';

/** A limit was reached; the run ends with the best answer it has. */
export class LimitReachedError extends Error {
  override readonly name = 'LimitReachedError';
  readonly limit: LimitName;

  constructor(limit: LimitName, message: string) {
    super(message);
    this.limit = limit;
  }
}

export const noUsage: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  estimated: false,
  costUsd: 0,
};

/** The sum of two usages; its cost is unknown when either is. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    estimated: a.estimated || b.estimated,
    costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
  };
}

/** What one run has spent, over all depths, against its limits. */
export class Spending {
  readonly #limits: Limits;
  #usage = noUsage;
  #knownCost = 0;
  #subcalls = 0;
  #calls = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** What was used so far. Its cost is unknown before the first call. */
  get usage(): Usage {
    return this.#calls === 0 ? { ...noUsage, costUsd: null } : this.#usage;
  }

  get subcalls(): number {
    return this.#subcalls;
  }

  settle(usage: Usage): void {
    this.#calls++;
    this.#usage = addUsage(this.#usage, usage);
    this.#knownCost += usage.costUsd ?? 0;
  }

  /** Counts `count` sub-calls. @throws {LimitReachedError} when they would be too many. */
  admitSubcalls(count: number): void {
    const { maxSubcalls } = this.#limits;
    if (this.#subcalls + count > maxSubcalls) {
      const asked = count === 1 ? '1 more was' : `${count} more were`;
      throw new LimitReachedError(
        'sub-calls',
        `The limit of ${maxSubcalls} sub-calls: ${this.#subcalls} were made and ${asked} asked for.`,
      );
    }
    this.#subcalls += count;
  }

  /** @throws {LimitReachedError} when tokens or money are used up. */
  check(): void {
    const { maxTokens, maxCostUsd } = this.#limits;
    const tokens = this.#usage.inputTokens + this.#usage.outputTokens;
    if (maxTokens !== null && tokens >= maxTokens) {
      throw new LimitReachedError('tokens', `The limit of ${maxTokens} tokens was reached.`);
    }
    if (maxCostUsd !== null && this.#knownCost >= maxCostUsd && this.#knownCost > 0) {
      throw new LimitReachedError(
        'cost',
        `The cost limit of $${maxCostUsd.toFixed(2)} was reached.`,
      );
    }
  }
}
