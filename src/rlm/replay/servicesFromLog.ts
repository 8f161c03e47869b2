import { Budget } from '../budget/budget';
import { LimitFlag } from '../budget/limits';
import { RootCalls } from '../calls/rootCalls';
import type { RunServices } from '../completion/services';
import { callsFromLog, noCalls, repliesFromLog } from './callsFromLog';
import { cellsFromLog } from './cellsFromLog';
import { childrenFromLog } from './childrenFromLog';
import { rootFromLog } from './rootFromLog';

/**
 * Services that answer from the log of an earlier run until it ends, and live from there on.
 * @param repeats whether code that is run again writes to the report again: a resumed run writes it over what is
 * there.
 */
export function servicesFromLog(live: RunServices, repeats: boolean): RunServices {
  const { budget } = live;
  const calls = callsFromLog(live.calls, budget);
  const rerun = ({ report }: RunServices) => servicesForRerun({ ...live, report }, true);
  return {
    ...live,
    calls,
    root: rootFromLog(new RootCalls(budget, calls)),
    replies: repliesFromLog(live.replies, budget),
    cells: cellsFromLog(live.cells, live.report, repeats),
    child: childrenFromLog(live.child, repeats ? rerun : null),
  };
}

const nothingIsLimited = {
  maxTokens: null,
  maxCostUsd: null,
  maxSubcalls: Number.POSITIVE_INFINITY,
};

/** Services for code that is only run again: nothing new is asked, spent or counted. */
export function servicesForRerun(live: RunServices, repeats: boolean): RunServices {
  const budget = new Budget(nothingIsLimited);
  return servicesFromLog(
    { ...live, budget, calls: noCalls, limitReached: new LimitFlag() },
    repeats,
  );
}
