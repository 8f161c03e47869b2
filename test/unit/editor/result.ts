import type { Citation } from '../../../src/rlm/citations/citations';
import type { ReportResult } from '../../../src/rlm/report/finishReport';
import type { RunResult, RunStatus } from '../../../src/rlm/request';
import type { RunId } from '../../../src/trajectory/events';

interface Differences {
  readonly answer?: string;
  readonly status?: RunStatus;
  readonly reason?: string;
  readonly model?: string;
  readonly subModel?: string;
  readonly costUsd?: number | null;
  readonly citations?: readonly Citation[];
  readonly trajectory?: string | null;
  readonly report?: ReportResult | null;
}

/** A plausible result, but for the differences. */
export function result(differences: Differences): RunResult {
  const { costUsd = 0.021, reason = null, ...rest } = differences;
  return {
    answer: 'It is there.',
    status: 'answered',
    reason,
    fault: null,
    withoutCode: false,
    model: 'gpt-5',
    subModel: 'gpt-5-mini',
    kernel: 'native',
    iterations: 3,
    subcalls: 1,
    subcallsAnswered: 0,
    depth: 1,
    usage: {
      inputTokens: 9000,
      outputTokens: 700,
      cachedInputTokens: 0,
      estimated: false,
      costUsd,
    },
    citations: [{ path: 'src/a.ts', start: 3, end: 3, evidence: 'read' }],
    coverage: {
      filesTotal: 90,
      filesListed: 90,
      filesMatched: 20,
      filesRead: 14,
      filesSentToModels: 10,
    },
    report: null,
    documents: [],
    run: '20261123-120000-abcdef' as RunId,
    trajectory: '/logs/20261123-120000-abcdef.jsonl',
    durationMs: 12_000,
    ...rest,
  };
}
