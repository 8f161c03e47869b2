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

/** A run from its log, with the runs that it went on from. */
export interface PastRun {
  readonly run: string;
  readonly question: string;
  /** What the question was about, for people. */
  readonly subject: string;
  /** The same for the program; null in logs of versions that did not say. */
  readonly about: About | null;
  /** Completions of the questions that were asked before in the same conversation, in order. */
  readonly before: readonly RecordedNode[];
  /** The completion of the run's own question, as far as it came. */
  readonly completion: RecordedNode;
  /** Where its report is, and how it was to be; null in logs of versions that did not say. */
  readonly report: PastReport | null;
  /** The run, and those that it went on with. */
  readonly runs: readonly string[];
  /** Whether nobody but the user can have written what is said here. */
  readonly isOwn: boolean;
}

/** The report of an earlier run. */
export interface PastReport extends ExistingReport {
  readonly wish: ReportWish | null;
  /** True when a file was named for it. */
  readonly named: boolean;
}

/** How a run goes on from an earlier one. */
export interface Continuation {
  /** `resume` does the same question to its end, `follow-up` asks another in the same conversation. */
  readonly how: 'resume' | 'follow-up';
  readonly past: PastRun;
}

/**
 * Reads a run to go on from.
 * @param path of its log; those of the runs that it went on from are beside it.
 * @throws {RecordingError} when one of them can't be read.
 */
export async function readPastRun(path: string): Promise<PastRun> {
  return read(path, new Set());
}

async function read(path: string, seen: Set<string>): Promise<PastRun> {
  const { details, root } = await readRecording(path);
  const { run, question, subject } = details;
  if (seen.has(run)) throw new RecordingError(`The log ${path} goes on from itself.`);
  seen.add(run);
  const after = recordOf(root, 'after');
  const about = recordOf(root, 'about');
  const isOwn = isMine(await stat(path));
  const own = { run, question, subject, about, report: reportOf(root), runs: [run], isOwn };
  if (!after) return { ...own, before: [], completion: root };
  if (!isRunName(after.run)) throw new RecordingError(`${path} goes on from no run.`);
  const earlier = await read(join(dirname(path), `${after.run}.jsonl`), seen);
  if (after.how === 'resume') {
    const { before } = earlier;
    const completion = merged(earlier.completion, root);
    const report = own.report ? goneOnWith(own.report, earlier.report) : earlier.report;
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
 * A run of which somebody else may have written the log does not say where a report is to be written, nor
 * what of a file may be replaced: its report begins anew in the folder of logs.
 * @param path of the run's log.
 * @param folder of the user's logs.
 * @param named the file that the user named for the report, if any.
 * @returns the run, and what the user should know; null when there is nothing to tell.
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
    notice: `The log of ${run} is not in your folder of logs, or others can write it. So a report is not gone on with in ${report.path}: it begins anew. To go on in that file, name it with --report.`,
  };
}

function reportOf(root: RecordedNode): PastReport | null {
  const report = recordOf(root, 'report');
  if (!report) return null;
  const { path, wish, named } = report;
  return { path, wish, named, ending: recordOf(root, 'report-ended') };
}

/** What was written to end a report stands as long as no later run has ended it in another way. */
function goneOnWith(own: PastReport, earlier: PastReport | null): PastReport {
  if (own.ending || own.path !== earlier?.path) return own;
  return { ...own, ending: earlier.ending };
}

/** A completion with what a later run, which went on with it, has of it. */
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

/** A turn that two runs began: the later one may have been killed sooner. */
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
