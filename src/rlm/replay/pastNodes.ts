import { randomUUID } from 'node:crypto';
import { plural } from '../../ground/figures';
import type { NodeId } from '../../trajectory/events';
import type { NodeHandle } from '../../trajectory/recorder';
import { type RecordedNode, usageBelow } from '../../trajectory/recording';
import { addUsage, noUsage } from '../../trajectory/usage';
import type { RootPurpose } from '../calls/rootCalls';
import { CellLog } from './cellLog';
import { isFor, isWhole, iterations, turnsOf } from './pastTurns';

/**
 * From the nodes of this run to those of an earlier run that they repeat. Only the wrappers of this folder look here;
 * to all others a node is a handle like any other.
 */
const pastNodes = new WeakMap<NodeHandle, PastNode>();
const pastCompletions = new WeakMap<NodeHandle, PastCompletion>();
/** The answers to the code of the cell that a node is or belongs to. */
const cellLogs = new WeakMap<NodeHandle, CellLog>();

/** A node from the log. */
export interface PastNode {
  readonly recorded: RecordedNode;
  /** Its model calls and cells that were not repeated yet, in order. */
  readonly rest: RecordedNode[];
  /** True for a model call that another one followed in the same turn. */
  readonly isFollowed: boolean;
  /** The node of this run, for what the log does not have. */
  readonly live: NodeHandle;
}

interface PastCompletion {
  readonly recorded: RecordedNode;
  /** Its turns that were not repeated yet. */
  readonly turns: Iterator<RecordedNode, undefined>;
}

export function pastNodeOf(node: NodeHandle): PastNode | null {
  return pastNodes.get(node) ?? null;
}

export function cellLogOf(node: NodeHandle): CellLog | null {
  return cellLogs.get(node) ?? null;
}

/**
 * Lets a completion continue an earlier run: one node, with their usage, stands for the turns in its log.
 * @param from the name of the earlier run.
 */
export function resumeCompletion(
  node: NodeHandle,
  recorded: RecordedNode,
  from: string,
  turns: readonly RecordedNode[] = turnsOf(recorded),
): void {
  const known = turns.filter(isWhole);
  const past = node.child(
    'iteration',
    `Go on where ${from} was, after ${plural(known.length, 'turn')}`,
  );
  past.end('ok', { usage: known.map(usageBelow).reduce(addUsage, noUsage) });
  pastCompletions.set(node, { recorded, turns: turns.values() });
}

/** Begins a turn of a completion, silently if the log has all of it. Null when the completion is not resumed. */
export function beginPastTurn(
  completion: NodeHandle,
  why: RootPurpose,
  summary: string,
): NodeHandle | null {
  const past = pastCompletions.get(completion);
  if (!past) return null;
  const recorded =
    why === 'last'
      ? iterations(past.recorded).findLast((turn) => isFor(turn, 'last'))
      : past.turns.next().value;
  if (recorded && why !== 'last' && isWhole(recorded)) return silentNode(recorded);
  const live = completion.child('iteration', summary);
  return recorded ? pastNode(live, recorded) : live;
}

/** A node that writes nothing, for what the earlier run's log has. */
export function silentNode(recorded?: RecordedNode): NodeHandle {
  const silent: NodeHandle = {
    id: `silent-${randomUUID()}` as NodeId,
    summary: recorded?.summary ?? '',
    child: () => silentNode(),
    progress: () => undefined,
    body: () => undefined,
    spent: () => undefined,
    record: () => undefined,
    end: () => undefined,
  };
  return recorded ? pastNode(silent, recorded) : silent;
}

/** A node that repeats one of the log. */
function pastNode(live: NodeHandle, recorded: RecordedNode, isFollowed = false): NodeHandle {
  const rest = recorded.children.filter(({ kind }) => kind === 'model-call' || kind === 'cell');
  const log = recorded.kind === 'cell' ? new CellLog(recorded) : null;
  const node: NodeHandle = {
    ...live,
    child: (kind, summary) => {
      const child = live.child(kind, summary);
      // Model calls and cells never overlap, so the next of a kind is the right one.
      const index = rest.findIndex((other) => other.kind === kind);
      const before = index < 0 ? undefined : rest.splice(index, 1)[0];
      if (before) return pastNode(child, before, rest.some(isModelCall));
      return log ? askedIn(child, kind, log) : child;
    },
  };
  pastNodes.set(node, { recorded, rest, isFollowed, live });
  if (log) cellLogs.set(node, log);
  return node;
}

/** Something that the code of a cell asks; for a batch, also everything in it. */
function askedIn(live: NodeHandle, kind: string, log: CellLog): NodeHandle {
  const node: NodeHandle =
    kind === 'batch'
      ? { ...live, child: (below, summary) => askedIn(live.child(below, summary), below, log) }
      : live;
  cellLogs.set(node, log);
  return node;
}

function isModelCall({ kind }: RecordedNode): boolean {
  return kind === 'model-call';
}
