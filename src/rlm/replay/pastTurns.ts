import type { Message, ModelReply } from '../../models/languageModel';
import type { CellResult } from '../../repl/kernel';
import { type RecordedNode, recordOf, saidMessages } from '../../trajectory/recording';
import type { RootPurpose } from '../calls/rootCalls';

/** The reply to a model call or sub-call of an earlier run; null when there was none. */
export function recordedReply(node: RecordedNode | undefined): ModelReply | null {
  const reply = node && recordOf(node, 'reply');
  const text = node?.bodies.get('response');
  if (!reply || text === undefined) return null;
  const thoughts = node.bodies.get('thinking');
  const { usage, finishReason } = reply;
  return { text, ...(thoughts === undefined ? {} : { thoughts }), usage, finishReason };
}

/** The messages of a request to a root LM, and their place in the conversation. */
export function recordedPrompt(
  node: RecordedNode | undefined,
): { readonly from: number; readonly messages: readonly Message[] } | null {
  const said = node && recordOf(node, 'said');
  const text = node?.bodies.get('prompt');
  if (!said || text === undefined) return null;
  return { from: said.from, messages: saidMessages(text, said) };
}

/** How a cell of an earlier run ended. Its variables come from running it again. */
export type RecordedCell = Pick<CellResult, 'status' | 'output' | 'outputLength' | 'error'> & {
  readonly submitted: boolean;
};

/** Null when the run was killed or stopped before the cell ended. */
export function recordedCell(node: RecordedNode | undefined): RecordedCell | null {
  const cell = node && recordOf(node, 'cell');
  if (!cell || node.outcome === 'cancelled') return null;
  const { status, outputLength, error, submitted } = cell;
  return { status, outputLength, error, submitted, output: node.bodies.get('output') ?? '' };
}

/** True for a turn that is complete in the log. */
export function isWhole(node: RecordedNode): boolean {
  // A direct answer that was cut counts, too: the loop continued after it.
  return node.outcome === 'ok' || (node.outcome === 'stopped' && isFor(node, 'direct'));
}

/** The turns of a completion, without its direct answer and the request for its best answer at a limit. */
export function turnsOf(completion: RecordedNode): readonly RecordedNode[] {
  return iterations(completion).filter((node) => !isFor(node, 'direct') && !isFor(node, 'last'));
}

/** The turn in which a small context was sent as a whole; undefined when there was none. */
export function directTurnOf(completion: RecordedNode): RecordedNode | undefined {
  return iterations(completion).find((node) => isFor(node, 'direct'));
}

/** The turns of a completion that are part of its conversation. */
export function spokenTurnsOf(completion: RecordedNode): readonly RecordedNode[] {
  const all = iterations(completion);
  // After a direct answer that did not fit, the loop started a new conversation.
  return all.length > 1 ? all.filter((node) => !isFor(node, 'direct')) : all;
}

/** All turns in which the model was asked, without the nodes that stand for turns of an earlier run. */
export function iterations(completion: RecordedNode): readonly RecordedNode[] {
  return completion.children.filter(
    ({ kind, children }) =>
      kind === 'iteration' && children.some((child) => recordOf(child, 'said') !== null),
  );
}

/** True for a turn in which the root LM was asked for this purpose. */
export function isFor(turn: RecordedNode, why: RootPurpose): boolean {
  return turn.children.some((child) => recordOf(child, 'said')?.why === why);
}
