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
 * Which node of an earlier run each node of this one stands for. Those who write to a node do not know:
 * they are handed a handle like any other, and the wrappers of this folder look up here what it stands for.
 */
const pastNodes = new WeakMap<NodeHandle, PastNode>();
const pastCompletions = new WeakMap<NodeHandle, PastCompletion>();
/** What the code was answered by the cell that a sub-call, a child or the cell itself belongs to. */
const cellLogs = new WeakMap<NodeHandle, CellLog>();

/** A node as the log has it. */
export interface PastNode {
  readonly recorded: RecordedNode;
  /** Its model calls and cells, in order, that were not done again yet. */
  readonly rest: RecordedNode[];
  /** True for a model call after which another one was made in the same turn. */
  readonly isFollowed: boolean;
  /** The same node for what the log does not have. */
  readonly live: NodeHandle;
}

interface PastCompletion {
  readonly recorded: RecordedNode;
  /** Its turns that were not done again yet. */
  readonly turns: Iterator<RecordedNode, undefined>;
}

export function pastNodeOf(node: NodeHandle): PastNode | null {
  return pastNodes.get(node) ?? null;
}

export function cellLogOf(node: NodeHandle): CellLog | null {
  return cellLogs.get(node) ?? null;
}

/**
 * Lets a completion go on where an earlier run was: turns which that one's log has are not drawn again, but
 * as one node with all that they used.
 * @param from what the earlier run is called.
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

/** Begins a turn of a completion: where the log has all of it, in silence. Null when it is not resumed. */
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

/** A node that writes nothing, for what the log of the earlier run has already. */
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

/** A node that is done once more, with what the log has of it. */
function pastNode(live: NodeHandle, recorded: RecordedNode, isFollowed = false): NodeHandle {
  const rest = recorded.children.filter(({ kind }) => kind === 'model-call' || kind === 'cell');
  const log = recorded.kind === 'cell' ? new CellLog(recorded) : null;
  const node: NodeHandle = {
    ...live,
    child: (kind, summary) => {
      const child = live.child(kind, summary);
      // Model calls and cells follow one another: the next of a kind is the one that comes next.
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

/** Something that the code of a cell asks; of a batch, all that is in it. */
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
