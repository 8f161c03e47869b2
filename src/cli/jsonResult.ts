import { type Citation, isVerified } from '../rlm/citations/citations';
import type { RunResult } from '../rlm/request';
import { noUsage } from '../trajectory/usage';

/** What `--json` prints. Fields are null where a run never began. */
interface JsonResult {
  readonly answer: string;
  readonly status: RunResult['status'];
  readonly reason: string | null;
  readonly model: string | null;
  readonly subModel: string | null;
  readonly kernel: RunResult['kernel'] | null;
  readonly iterations: number;
  readonly subcalls: number;
  readonly depth: number;
  readonly usage: RunResult['usage'];
  /** `verified` is true where the evidence is `quoted` or `read`. */
  readonly citations: readonly (Citation & { readonly verified: boolean })[];
  readonly coverage: RunResult['coverage'];
  readonly report: string | null;
  readonly reportBytes: number;
  readonly run: string | null;
  readonly trajectory: string | null;
  readonly durationMs: number;
}

/** A run as one JSON object, with its fields in the documented order. */
export function jsonOfResult(result: RunResult): string {
  return object({
    answer: result.answer,
    status: result.status,
    reason: result.reason,
    model: result.model,
    subModel: result.subModel,
    kernel: result.kernel,
    iterations: result.iterations,
    subcalls: result.subcalls,
    depth: result.depth,
    usage: {
      inputTokens: result.usage.inputTokens,
      outputTokens: result.usage.outputTokens,
      cachedInputTokens: result.usage.cachedInputTokens,
      estimated: result.usage.estimated,
      costUsd: result.usage.costUsd,
    },
    citations: result.citations.map(({ path, start, end, evidence }) => ({
      path,
      start,
      end,
      verified: isVerified({ evidence }),
      evidence,
    })),
    coverage: {
      filesTotal: result.coverage.filesTotal,
      filesListed: result.coverage.filesListed,
      filesMatched: result.coverage.filesMatched,
      filesRead: result.coverage.filesRead,
      filesSentToModels: result.coverage.filesSentToModels,
    },
    report: result.report?.path ?? null,
    reportBytes: result.report?.bytes ?? 0,
    run: result.run,
    trajectory: result.trajectory,
    durationMs: result.durationMs,
  });
}

/** The same object for a run that could not begin. */
export function jsonOfFailure(
  status: 'error' | 'cancelled' | 'limit',
  reason: string,
  durationMs: number,
): string {
  return object({
    answer: '',
    status,
    reason,
    model: null,
    subModel: null,
    kernel: null,
    iterations: 0,
    subcalls: 0,
    depth: 0,
    usage: { ...noUsage, costUsd: null },
    citations: [],
    coverage: {
      filesTotal: 0,
      filesListed: 0,
      filesMatched: 0,
      filesRead: 0,
      filesSentToModels: 0,
    },
    report: null,
    reportBytes: 0,
    run: null,
    trajectory: null,
    durationMs,
  });
}

function object(result: JsonResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
