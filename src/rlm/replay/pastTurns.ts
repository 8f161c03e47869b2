import type { Message, ModelReply } from '../../models/languageModel';
import type { CellResult } from '../../repl/kernel';
import { type RecordedNode, recordOf, saidMessages } from '../../trajectory/recording';
import type { RootPurpose } from '../calls/rootCalls';

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

/** True for a turn in which the root LM was asked for that. */
export function isFor(turn: RecordedNode, why: RootPurpose): boolean {
  return turn.children.some((child) => recordOf(child, 'said')?.why === why);
}
