import { clock, dollars, duration, plural, spent, tokenCount } from '../ground/figures';
import type { ViewNode, ViewRun } from '../trajectory/viewProtocol';
import type { Entry } from './runModel';

/** The texts of a row. */
export interface RowText {
  readonly summary: string;
  /** After the summary, muted: counts, or why it did not end well. */
  readonly remark: string;
  /** The last streamed words. */
  readonly tail: string;
}

/** Shorter times are not shown, in ms. */
const shortestShown = 50;

/** The end of a batch's summary, which its counts repeat. */
const saidByCounts = /, \d+ (?:failed|stopped)$/;

export function rowText(entry: Entry): RowText {
  const { node } = entry;
  const remarks: string[] = [];
  const counts = node.kind === 'batch' ? batchCounts(entry) : '';
  if (counts) remarks.push(counts);
  if (node.kind === 'iteration') {
    const mistake = mistakeIn(entry);
    if (mistake) remarks.push(exceptionName(mistake));
  }
  if (node.reason && !remarks.includes(node.reason)) remarks.push(node.reason);
  return {
    summary:
      (counts ? node.summary.replace(saidByCounts, '') : node.summary) || kindName[node.kind],
    remark: remarks.join(' · '),
    tail: tailOf(entry),
  };
}

/**
 * `8 done, 3 running, 1 failed` while it runs, `8 of 12 done` if it was stopped. Nothing if all went well, as the
 * summary has the number.
 */
function batchCounts({ node }: Entry): string {
  const { below = 0, total = below, belowOk = 0, belowRunning = 0, belowFailed = 0 } = node;
  const failed = belowFailed > 0 && `${belowFailed} failed`;
  if (node.status === 'running') {
    const running = belowRunning > 0 && `${belowRunning} running`;
    return [`${belowOk} done`, running, failed].filter(Boolean).join(', ');
  }
  const done = belowOk + belowFailed < total && `${belowOk} of ${total} done`;
  return [done, failed].filter(Boolean).join(', ');
}

/** The exception of a turn's code, by its name. */
export function mistakeIn({ node, children }: Entry): string {
  if (node.kind !== 'iteration') return '';
  const failed = children.findLast(
    ({ node }) => node.kind === 'cell' && (node.status === 'error' || node.status === 'stopped'),
  );
  return failed?.node.reason ?? '';
}

/** `NameError` of `NameError: name 'hit' is not defined`; other reasons as they are. */
function exceptionName(mistake: string): string {
  return /^([A-Za-z_][\w.]*): /.exec(mistake)?.[1] ?? mistake;
}

/** The streamed words of a turn: those of its model call, then those of its cell. */
function tailOf({ node, children }: Entry): string {
  if (node.status !== 'running') return '';
  if (node.kind !== 'iteration') return node.tail ?? '';
  const speaking = children.findLast((child) => child.node.status === 'running');
  return speaking?.node.tail ?? '';
}

export const kindName: Readonly<Record<ViewNode['kind'], string>> = {
  run: 'Run',
  child: 'Child run',
  iteration: 'Turn',
  'model-call': 'Model call',
  cell: 'Code',
  'host-call': 'Search',
  batch: 'Batch',
  subcall: 'Sub-call',
  report: 'Report',
  answer: 'Answer',
};

export const statusName: Readonly<Record<ViewNode['status'], string>> = {
  running: 'running',
  ok: 'done',
  error: 'failed',
  stopped: 'stopped by a limit',
  cancelled: 'cancelled',
};

/** Time, tokens and money of a row; empty where they don't matter. */
export interface RowFigures {
  readonly time: string;
  readonly tokens: string;
  readonly cost: string;
}

/** @param now in ms since the Unix epoch, for running nodes */
export function rowFigures(node: ViewNode, now: number): RowFigures {
  const ms = (node.ended ?? now) - node.started;
  // The counts of a running batch need the space.
  if (node.kind === 'batch' && node.status === 'running') return { time: '', tokens: '', cost: '' };
  // A report takes about as long as the run, so its time is not shown.
  const time = ms >= shortestShown && node.kind !== 'report' ? duration(ms) : '';
  return {
    time,
    tokens: node.tokens ? tokenCount(node.tokens) : '',
    cost: costFigure(node),
  };
}

/** `$0.04`, `~$0.04` for an estimate, `–` when no price is known, `>$0.04` when some are. */
export function costFigure({ costUsd = 0, costUnknown, estimated, tokens }: ViewNode): string {
  if (!costUnknown) return costUsd > 0 ? spent(costUsd, estimated === true) : '';
  if (costUsd > 0) return `>${dollars(costUsd)}`;
  return tokens ? '–' : '';
}

/** The text of a row for screen readers. */
export function rowLabel(entry: Entry, now: number): string {
  const { node } = entry;
  const { summary, remark } = rowText(entry);
  const { time, tokens, cost } = rowFigures(node, now);
  return [
    `${kindName[node.kind]}: ${summary}`,
    remark,
    statusName[node.status],
    time,
    tokens && `${tokens} tokens`,
    cost === '–' ? 'cost unknown' : cost,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The line below the question: models, time, cost, calls, depth. */
export function headerLine(run: ViewRun, root: Entry, now: number): string {
  const { node } = root;
  const { model, subModel, limits } = run;
  const cost = costFigure(node);
  const most = limits?.maxCostUsd ?? null;
  const calls = node.calls ?? 0;
  return [
    model === subModel ? model : `${model} + ${subModel}`,
    clock((node.ended ?? now) - node.started),
    cost === '–' ? 'cost unknown' : cost && (most === null ? cost : `${cost} of ${dollars(most)}`),
    node.tokens ? `${node.estimated ? '~' : ''}${tokenCount(node.tokens)} tokens` : '',
    calls > 0 ? plural(calls, 'call') : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
