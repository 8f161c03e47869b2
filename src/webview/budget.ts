import { clock, dollars, tokenCount } from '../ground/figures';
import type { RunSums, ViewRun } from '../trajectory/viewProtocol';
import type { Entry } from './runModel';

/** One limit of a run, and how much of it is used. */
export interface BudgetLine {
  readonly name: string;
  /** What was used; "unknown" without a known price. */
  readonly used: string;
  /** Null when there is no limit. */
  readonly limit: string | null;
  /** 0 to 1; null when it can't be known. */
  readonly share: number | null;
}

/** The budget of a run, one line for each limit, the nearest first. */
export function budgetLines(
  { limits }: ViewRun,
  root: Entry,
  sums: RunSums,
  now: number,
): readonly BudgetLine[] {
  const { node } = root;
  if (!limits) return [];
  const elapsed = (node.ended ?? now) - node.started;
  const tokens = node.tokens ?? 0;
  const cost = node.costUsd ?? 0;
  const lines = [
    {
      ...line('cost', cost, limits.maxCostUsd, dollars),
      ...(node.costUnknown
        ? {
            used: cost > 0 ? `at least ${dollars(cost)}` : 'unknown',
            ...(cost > 0 ? {} : { share: null }),
          }
        : {}),
    },
    line('tokens', tokens, limits.maxTokens, tokenCount),
    line('sub-calls', sums.subcalls, limits.maxSubcalls, String),
    line('turns', sums.turns, limits.maxIterations, String),
    line('time', elapsed, limits.timeoutMs, clock),
    line('depth', sums.depth, limits.maxDepth, String),
  ];
  return lines.sort((a, b) => weight(b) - weight(a));
}

function line(
  name: string,
  used: number,
  limit: number | null,
  show: (value: number) => string,
): BudgetLine {
  const share = limit === null || limit === 0 ? null : Math.min(1, used / limit);
  return { name, used: show(used), limit: limit === null ? null : show(limit), share };
}

/** The depth comes last: it is not used up. */
function weight({ name, share }: BudgetLine): number {
  return name === 'depth' ? -2 : (share ?? -1);
}
