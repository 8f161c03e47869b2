import { createHash, randomUUID } from 'node:crypto';
import type { LanguageModel, Message, ModelReply } from '../models/languageModel';
import {
  type HostCall,
  HostCallError,
  type HostReply,
  type PythonException,
} from '../repl/hostCall';
import type { CellResult } from '../repl/kernel';
import type { NodeId } from '../trajectory/events';
import { plural } from '../trajectory/figures';
import type { NodeHandle } from '../trajectory/recorder';
import {
  askedBelow,
  type RecordedNode,
  recordOf,
  recordsOf,
  saidMessages,
  usageBelow,
} from '../trajectory/recording';
import type { NodeRecord, RecordOf } from '../trajectory/records';
import { addUsage, noUsage } from '../trajectory/usage';

/** Identifies what a model is asked, without saying it. */
export function askedKey(model: LanguageModel, ...texts: readonly string[]): string {
  return digest([model.name, ...texts]);
}

/** Identifies a request of the REPL's code. */
export function hostKey({ method, args, body }: HostCall): string {
  return digest([method, JSON.stringify(args), body]);
}

function digest(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('base64url').slice(0, 24);
}

/** The reply that a model call or sub-call got in an earlier run; null when none came. */
export function recordedReply(node: RecordedNode | undefined): ModelReply | null {
  const reply = node && recordOf(node, 'reply');
  const text = node?.bodies.get('response');
  if (!reply || text === undefined) return null;
  const thoughts = node.bodies.get('thinking');
  const { usage, finishReason } = reply;
  return { text, ...(thoughts === undefined ? {} : { thoughts }), usage, finishReason };
}

/** What was said to a root LM in one request, and where in the conversation it stood. */
export function recordedPrompt(
  node: RecordedNode | undefined,
): { readonly from: number; readonly messages: readonly Message[] } | null {
  const said = node && recordOf(node, 'said');
  const text = node?.bodies.get('prompt');
  if (!said || text === undefined) return null;
  return { from: said.from, messages: saidMessages(text, said) };
}

/** How a cell ended in an earlier run; its namespace comes from running it again. */
export type RecordedCell = Pick<CellResult, 'status' | 'output' | 'outputLength' | 'error'> & {
  readonly submitted: boolean;
};

/** Null when the run was killed, or stopped by a person, before the cell had ended. */
export function recordedCell(node: RecordedNode | undefined): RecordedCell | null {
  const cell = node && recordOf(node, 'cell');
  if (!cell || node.outcome === 'cancelled') return null;
  const { status, outputLength, error, submitted } = cell;
  return { status, outputLength, error, submitted, output: node.bodies.get('output') ?? '' };
}

/** What the host answered to the code of one cell in an earlier run. Each answer is given once. */
export class CellReplay {
  /** A cell that did not end is done again: what failed then may go well now. */
  readonly #finished: boolean;
  readonly #host: Queue<Extract<NodeRecord, { kind: 'host' }>>;
  readonly #asked: Queue<RecordedNode>;

  constructor(cell: RecordedNode) {
    this.#finished = recordedCell(cell) !== null;
    this.#host = new Queue(recordsOf(cell, 'host').map((record) => [record.key, record]));
    this.#asked = new Queue(
      askedBelow(cell).flatMap((node) => {
        const key = recordOf(node, 'asked')?.key ?? recordOf(node, 'reply')?.key;
        return key === undefined ? [] : [[key, node]];
      }),
    );
  }

  /** The reply to a request of the code; null when it is not known. @throws {HostCallError} */
  host(call: HostCall): HostReply | null {
    const record = this.#host.take(hostKey(call));
    if (!record) return null;
    if (record.error) {
      const { exception, message } = record.error;
      throw new HostCallError(exception as PythonException, message);
    }
    const { value, body } = record;
    return { value, ...(body === undefined ? {} : { body }) };
  }

  /** The sub-call or child with that key; null when it is to be asked. */
  asked(key: string): RecordedNode | null {
    const good = this.#asked.take(key, (node) => recordedReply(node) !== null || isAnswered(node));
    if (good) return good;
    return this.#asked.take(key, (node) => this.#finished || node.kind === 'child');
  }
}

function isAnswered(node: RecordedNode): boolean {
  return node.kind === 'child' && node.outcome !== null && node.bodies.has('answer');
}

/** Values by key, in the order they came. */
class Queue<Value> {
  readonly #values = new Map<string, Value[]>();

  constructor(entries: readonly (readonly [string, Value])[]) {
    for (const [key, value] of entries) {
      const values = this.#values.get(key) ?? [];
      values.push(value);
      this.#values.set(key, values);
    }
  }

  take(key: string, wanted: (value: Value) => boolean = () => true): Value | null {
    const values = this.#values.get(key) ?? [];
    const index = values.findIndex(wanted);
    return index < 0 ? null : (values.splice(index, 1)[0] ?? null);
  }
}

/** True for a turn that the log has from beginning to end. */
export function isWhole(node: RecordedNode): boolean {
  // A direct answer that was cut short is over, too: the loop went on from there.
  return node.outcome === 'ok' || (node.outcome === 'stopped' && isFor(node, 'direct'));
}

/** Turns of a completion: neither its direct answer nor the request for its best answer at a limit. */
export function turnsOf(completion: RecordedNode): readonly RecordedNode[] {
  return iterations(completion).filter((node) => !isFor(node, 'direct') && !isFor(node, 'last'));
}

/** The turn in which a small context was sent as a whole; undefined when there was none. */
export function directTurnOf(completion: RecordedNode): RecordedNode | undefined {
  return iterations(completion).find((node) => isFor(node, 'direct'));
}

/** Everything that was said in a completion and is part of its conversation. */
export function spokenTurnsOf(completion: RecordedNode): readonly RecordedNode[] {
  const all = iterations(completion);
  // The loop began anew where a direct answer did not fit.
  return all.length > 1 ? all.filter((node) => !isFor(node, 'direct')) : all;
}

/** Turns of any kind in which the model was asked: not the nodes that stand for those of a run before. */
export function iterations(completion: RecordedNode): readonly RecordedNode[] {
  return completion.children.filter(
    ({ kind, children }) =>
      kind === 'iteration' && children.some((child) => recordOf(child, 'said') !== null),
  );
}

function isFor(turn: RecordedNode, why: RecordOf<'said'>['why']): boolean {
  return turn.children.some((child) => recordOf(child, 'said')?.why === why);
}

/**
 * The node of a completion that goes on where an earlier run was: turns which that one's log has are not
 * drawn again, but as one node with all that they used.
 */
export function resumedNode(
  live: NodeHandle,
  recorded: RecordedNode,
  from: string,
  turns: readonly RecordedNode[] = turnsOf(recorded),
): NodeHandle {
  const known = turns.filter(isWhole);
  const past = live.child(
    'iteration',
    `Go on where ${from} was, after ${plural(known.length, 'turn')}`,
  );
  past.end('ok', { usage: known.map(usageBelow).reduce(addUsage, noUsage) });
  const next = turns.values();
  const again = (node: NodeHandle, before: RecordedNode | undefined) =>
    before ? replayedNode(node, before) : node;
  return {
    ...live,
    recorded,
    child: (kind, summary) => {
      const before = kind === 'iteration' ? next.next().value : undefined;
      if (before && isWhole(before)) return silentNode(before);
      return again(live.child(kind, summary), before);
    },
    last: (summary) =>
      again(
        live.child('iteration', summary),
        iterations(recorded).findLast((node) => isFor(node, 'last')),
      ),
  };
}

/** A node that is done once more, with what the log has of it. */
function replayedNode(live: NodeHandle, recorded: RecordedNode): NodeHandle {
  const next = childrenByKind(recorded);
  return {
    ...live,
    recorded,
    child: (kind, summary) => {
      const child = live.child(kind, summary);
      const before = next(kind);
      return before ? replayedNode(child, before) : child;
    },
  };
}

/** A node that writes nothing, for what the log of the earlier run has already. */
export function silentNode(recorded?: RecordedNode): NodeHandle {
  const next = recorded ? childrenByKind(recorded) : () => undefined;
  return {
    id: `silent-${randomUUID()}` as NodeId,
    summary: recorded?.summary ?? '',
    ...(recorded ? { recorded } : {}),
    child: (kind) => silentNode(next(kind)),
    progress: () => undefined,
    body: () => undefined,
    spent: () => undefined,
    record: () => undefined,
    end: () => undefined,
  };
}

/** Model calls and cells follow one another: the next of a kind is the one that comes next. */
function childrenByKind(node: RecordedNode): (kind: string) => RecordedNode | undefined {
  const inOrder = node.children.filter(({ kind }) => kind === 'model-call' || kind === 'cell');
  return (kind) => {
    const index = inOrder.findIndex((child) => child.kind === kind);
    return index < 0 ? undefined : inOrder.splice(index, 1)[0];
  };
}
