import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isMine } from '../../ground/regularFile';
import type { About } from '../../trajectory/about';
import { isRunName } from '../../trajectory/events';
import {
  askedBelow,
  type RecordedNode,
  RecordingError,
  readRecording,
  recordOf,
} from '../../trajectory/recording';
import { withoutTarget } from '../../trajectory/runHead';
import type { ExistingReport } from '../report/report';
import type { ReportWish } from '../report/reportWish';
import { isWhole, iterations } from './pastTurns';

/** A run from its log, with the runs that it continued. */
export interface PastRun {
  readonly run: string;
  readonly question: string;
  /** What the question was about, in words for people. */
  readonly subject: string;
  /** What it was about, as data; null in logs of versions that did not say. */
  readonly about: About | null;
  /** The completions of earlier questions in the same conversation, in order. */
  readonly before: readonly RecordedNode[];
  /** The completion of the run's own question, as far as it got. */
  readonly completion: RecordedNode;
  /** Where its report is, and the wish for it; null in logs of versions that did not say. */
  readonly report: PastReport | null;
  /** The run, and those that it resumed. */
  readonly runs: readonly string[];
  /** Whether only the user can have written its log. */
  readonly isOwn: boolean;
}

/** The report of an earlier run. */
export interface PastReport extends ExistingReport {
  readonly wish: ReportWish | null;
  /** True when its file was named by the user. */
  readonly named: boolean;
}

/** How a run continues an earlier one. */
export interface Continuation {
  /** `resume` finishes the same question; `follow-up` asks another one in the same conversation. */
  readonly how: 'resume' | 'follow-up';
  readonly past: PastRun;
}

/**
 * Reads a run to continue.
 * @param path of its log. The logs of the runs that it continued are beside it.
 * @throws {RecordingError} when one of them can't be read.
 */
export async function readPastRun(path: string): Promise<PastRun> {
  return read(path, new Set());
}

async function read(path: string, seen: Set<string>): Promise<PastRun> {
  const { details, root } = await readRecording(path);
  const { run, question, subject } = details;
  if (seen.has(run)) throw new RecordingError(`The log ${path} continues itself.`);
  seen.add(run);
  const after = recordOf(root, 'after');
  const about = recordOf(root, 'about');
  const isOwn = isMine(await stat(path));
  const own = { run, question, subject, about, report: reportOf(root), runs: [run], isOwn };
  if (!after) return { ...own, before: [], completion: root };
  if (!isRunName(after.run))
    throw new RecordingError(`${path} continues something that is not a run.`);
  const earlier = await read(join(dirname(path), `${after.run}.jsonl`), seen);
  if (after.how === 'resume') {
    const { before } = earlier;
    const completion = merged(earlier.completion, root);
    const report = own.report ? continuedReport(own.report, earlier.report) : earlier.report;
    const runs = [run, ...earlier.runs];
    return { ...own, before, completion, report, runs, isOwn: isOwn && earlier.isOwn };
  }
  return {
    ...own,
    before: [...earlier.before, earlier.completion],
    completion: root,
    isOwn: isOwn && earlier.isOwn,
  };
}

/**
 * If somebody else may have written a run's log, it must not decide where a report is written, or which part of a file
 * is replaced: the report begins again in the folder of logs.
 * @param path of the run's log.
 * @param folder of the user's logs.
 * @param named the file that the user named for the report, if any.
 * @returns the run, and a notice for the user or null.
 */
export function withOwnReport(
  past: PastRun,
  path: string,
  folder: string,
  named: string | null,
): { readonly past: PastRun; readonly notice: string | null } {
  const { report, run } = past;
  const isKept = past.isOwn && dirname(resolve(path)) === resolve(folder);
  if (report === null || isKept) return { past, notice: null };
  const wish = report.wish && withoutTarget(report.wish);
  if (named === report.path) {
    return { past: { ...past, report: { ...report, wish, ending: null } }, notice: null };
  }
  const anew = join(folder, `${run}.report.md`);
  return {
    past: { ...past, report: { ...report, wish, path: anew, named: false, ending: null } },
    notice: `The log of ${run} is not in your folder of logs, or others can write it. So the report in ${report.path} is not continued: a new one begins. To continue that file, name it with --report.`,
  };
}

function reportOf(root: RecordedNode): PastReport | null {
  const report = recordOf(root, 'report');
  if (!report) return null;
  const { path, wish, named } = report;
  return { path, wish, named, ending: recordOf(root, 'report-ended') };
}

/** The report of the later run, with its earlier ending if no later run has ended it. */
function continuedReport(own: PastReport, earlier: PastReport | null): PastReport {
  if (own.ending || own.path !== earlier?.path) return own;
  return { ...own, ending: earlier.ending };
}

/** A completion, merged with its continuation in a later run. */
function merged(earlier: RecordedNode, later: RecordedNode): RecordedNode {
  const past = iterations(earlier);
  const whole = past.filter(isWhole);
  const broken = past.find((turn) => !isWhole(turn));
  const [first, ...rest] = iterations(later);
  const others = later.children.filter(({ kind }) => kind !== 'iteration');
  const again = first && broken ? [mergedTurn(broken, first)] : [first ?? broken];
  const turns = [...whole, ...again.filter((turn) => turn !== undefined), ...rest];
  return { ...later, children: [...turns, ...others] };
}

/** A turn that two runs began; the later one may have got less far. */
function mergedTurn(earlier: RecordedNode, later: RecordedNode): RecordedNode {
  if (isWhole(later)) return later;
  const of = (turn: RecordedNode, kind: string) => turn.children.filter((c) => c.kind === kind);
  const [calls, cells] = [of(later, 'model-call'), of(later, 'cell')];
  const earlierCells = of(earlier, 'cell');
  return {
    ...later,
    children: [
      ...(calls.length > 0 ? calls : of(earlier, 'model-call')),
      ...(cells.length > 0
        ? cells.map((cell, index) => mergedCell(earlierCells[index], cell))
        : earlierCells),
    ],
  };
}

function mergedCell(earlier: RecordedNode | undefined, later: RecordedNode): RecordedNode {
  if (!earlier || earlier.bodies.get('code') !== later.bodies.get('code')) return later;
  const before = [...askedBelow(earlier)];
  const children = askedBelow(later).map((node) => {
    const key = recordOf(node, 'asked')?.key;
    const index = before.findIndex(
      (other) => node.kind === 'child' && recordOf(other, 'asked')?.key === key,
    );
    const other = index < 0 ? undefined : before.splice(index, 1)[0];
    if (!other || node.outcome !== null) return node;
    return other.outcome === null ? merged(other, node) : other;
  });
  return {
    ...later,
    children: [...children, ...before],
    records: [...later.records, ...earlier.records.filter(({ kind }) => kind === 'host')],
  };
}
