import { messageOf } from '../ground/fileFailure';
import type {
  BodyPart,
  NodeEnded,
  NodeId,
  NodeKind,
  NodeOutcome,
  RunStarted,
  TrajectoryEvent,
  Usage,
} from './events';
import { isRunName } from './events';
import { readEntries } from './log';
import type { LoggedRecord, NodeRecord, RecordOf } from './records';
import { addUsage, noUsage } from './usage';

/** A node of a run from its log, with its texts. */
export interface RecordedNode {
  readonly id: NodeId;
  readonly kind: NodeKind;
  readonly summary: string;
  /** Milliseconds since the Unix epoch. */
  readonly started: number;
  readonly ended: number | null;
  /** Null when the log ends before the node does. */
  readonly outcome: NodeOutcome | null;
  readonly reason: string | null;
  /** Usage of the node alone, without `spent`. */
  readonly usage: Usage | null;
  /** Cost of its calls that failed or were stopped; null when there was none. */
  readonly spent: Usage | null;
  /** If a part was written twice, the last one. */
  readonly bodies: ReadonlyMap<BodyPart, string>;
  readonly records: readonly NodeRecord[];
  readonly children: readonly RecordedNode[];
}

/** A whole run, read back from its log. */
export interface Recording {
  readonly details: RunStarted;
  readonly root: RecordedNode;
}

/** A log can't be used; the message says why. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/**
 * Reads a log into a tree, as far as it goes. Needs memory for all of it.
 * @throws {RecordingError} when there is no such log or no run in it.
 */
export async function readRecording(path: string): Promise<Recording> {
  const nodes = new Map<NodeId, Growing>();
  let details: RunStarted | null = null;
  try {
    for await (const entry of readEntries(path)) {
      if (entry.type === 'run-started') {
        // A log has one run. Files are named after it, so its name must not be a path.
        if (details || !isRunName(entry.run)) continue;
        details = entry;
      }
      take(nodes, entry);
    }
  } catch (error) {
    const why = messageOf(error);
    throw new RecordingError(`The log ${path} can't be read: ${why}`, { cause: error });
  }
  const root = details && nodes.get(details.node);
  if (!details || !root) throw new RecordingError(`${path} is not the log of a run.`);
  return { details, root };
}

/** The first record of a kind, or null. */
export function recordOf<K extends NodeRecord['kind']>(
  node: RecordedNode,
  kind: K,
): RecordOf<K> | null {
  return recordsOf(node, kind)[0] ?? null;
}

export function recordsOf<K extends NodeRecord['kind']>(
  node: RecordedNode,
  kind: K,
): readonly RecordOf<K>[] {
  return node.records.filter((record): record is RecordOf<K> => record.kind === kind);
}

/** The usage of a node and everything below it. */
export function usageBelow(node: RecordedNode): Usage {
  return node.children.reduce(
    (sum, child) => addUsage(sum, usageBelow(child)),
    addUsage(node.spent ?? noUsage, node.usage ?? recordOf(node, 'reply')?.usage ?? noUsage),
  );
}

/** The sub-calls and children of a cell's code, alone or in batches. */
export function askedBelow(node: RecordedNode): readonly RecordedNode[] {
  return node.children.flatMap((child) => {
    if (child.kind === 'batch') return askedBelow(child);
    return child.kind === 'subcall' || child.kind === 'child' ? [child] : [];
  });
}

/** The messages that make up the prompt of a model call. */
export function saidMessages(prompt: string, { parts }: Pick<RecordOf<'said'>, 'parts'>) {
  let offset = 0;
  return parts.map(({ role, length }, index) => {
    // Redacted secrets change the length, so the last message takes the rest.
    const end = index === parts.length - 1 ? prompt.length : offset + length;
    const content = prompt.slice(offset, end);
    offset = end + 2;
    return { role, content };
  });
}

/** Deeper than any run: each level of children adds some five nodes. */
const mostDeep = 1_000;

interface Growing extends RecordedNode {
  readonly depth: number;
  summary: string;
  ended: number | null;
  outcome: NodeOutcome | null;
  reason: string | null;
  usage: Usage | null;
  spent: Usage | null;
  readonly bodies: Map<BodyPart, string>;
  readonly records: NodeRecord[];
  readonly children: Growing[];
}

function take(nodes: Map<NodeId, Growing>, entry: TrajectoryEvent | LoggedRecord): void {
  switch (entry.type) {
    case 'run-started':
      nodes.set(entry.node, started(entry.node, 'run', entry.question, entry.time, 0));
      return;
    case 'node-started': {
      const parent = nodes.get(entry.parent);
      // A node has one parent, which comes before it, so that the result is a tree.
      if (nodes.has(entry.node) || (parent && parent.depth >= mostDeep)) return;
      const depth = (parent?.depth ?? 0) + 1;
      const node = started(entry.node, entry.kind, entry.summary, entry.time, depth);
      nodes.set(entry.node, node);
      parent?.children.push(node);
      return;
    }
    case 'node-progress': {
      const node = nodes.get(entry.node);
      if (node && entry.summary !== undefined) node.summary = entry.summary;
      if (node && entry.spent) node.spent = addUsage(node.spent ?? noUsage, entry.spent);
      return;
    }
    case 'node-ended':
      end(nodes.get(entry.node), entry);
      return;
    case 'body':
      nodes.get(entry.node)?.bodies.set(entry.part, entry.text);
      return;
    case 'record':
      nodes.get(entry.node)?.records.push(entry.record);
  }
}

function end(node: Growing | undefined, event: NodeEnded): void {
  if (!node) return;
  node.ended = event.time;
  node.outcome = event.outcome;
  node.summary = event.summary ?? node.summary;
  node.reason = event.reason ?? null;
  node.usage = event.usage ?? null;
}

function started(
  id: NodeId,
  kind: NodeKind,
  summary: string,
  time: number,
  depth: number,
): Growing {
  return {
    depth,
    id,
    kind,
    summary,
    started: time,
    ended: null,
    outcome: null,
    reason: null,
    usage: null,
    spent: null,
    bodies: new Map(),
    records: [],
    children: [],
  };
}
