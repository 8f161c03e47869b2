import { clock, dollars, tokenCount } from '../trajectory/figures';
import type { ViewRun } from '../trajectory/viewProtocol';
import type { Entry, RunModel } from './runModel';

/** One limit of a run and how near it is. */
export interface BudgetLine {
  readonly name: string;
  /** What was used; "unknown" where a price is not known. */
  readonly used: string;
  /** Null when there is no limit. */
  readonly limit: string | null;
  /** 0 to 1; null when it can't be known. */
  readonly share: number | null;
}

/** Sub-calls and children made, and the turns of the root: what the limits count. */
export class BudgetCounts {
  subcalls = 0;
  depth = 0;

  /** Counts a node that has just been added. */
  add({ node, parent }: Entry): void {
    if (node.kind === 'subcall' || node.kind === 'child') this.subcalls += 1;
    if (node.kind !== 'subcall' && node.kind !== 'child') return;
    let depth = 1;
    for (let at = parent; at; at = at.parent) if (at.node.kind === 'child') depth += 1;
    this.depth = Math.max(this.depth, depth);
  }
}

/** The budget of a run, each limit in a line, the nearest first. */
export function budgetLines(
  { limits }: ViewRun,
  model: RunModel,
  counts: BudgetCounts,
  now: number,
): readonly BudgetLine[] {
  const node = model.root?.node;
  if (!node || !limits) return [];
  const turns = model.root?.children.filter((child) => child.node.kind === 'iteration').length ?? 0;
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
    line('sub-calls', counts.subcalls, limits.maxSubcalls, String),
    line('turns', turns, limits.maxIterations, String),
    line('time', elapsed, limits.timeoutMs, clock),
    line('depth', counts.depth, limits.maxDepth, String),
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

/** The depth is a bound of the method, nothing that is used up. */
function weight({ name, share }: BudgetLine): number {
  return name === 'depth' ? -2 : (share ?? -1);
}
