import { plural } from '../trajectory/figures';
import type { NodeHandle } from '../trajectory/recorder';
import { askIn } from './complete';
import type { Completion, Query } from './completion';
import type { OpenSession } from './openSession';
import type { Continuation, PastRun } from './pastRun';
import { resumedNode, turnsOf } from './replay';
import type { RunServices } from './services';
import { Session } from './session';

/** How a question is part of a conversation. */
export interface ConversationOptions {
  readonly continues: Continuation | null;
  /** Keeps the session for the next question; it may have one from the question before. */
  readonly open: OpenSession | null;
  /** The run of the question. */
  readonly run: string;
}

/** Completes a question that goes on from an earlier run, or that others may go on from. */
export async function completeInConversation(
  query: Query,
  { continues, open, run }: ConversationOptions,
  services: RunServices,
  signal: AbortSignal,
): Promise<Completion> {
  const { node } = query;
  const alive = open?.take(continues) ?? null;
  if (alive && !continues) node.record({ kind: 'after', run: alive.run, how: 'follow-up' });
  const session = alive?.session ?? new Session(query, services, signal);
  let kept = false;
  try {
    if (continues && !alive) await revive(session, continues, services, node, signal);
    const live = continues?.how === 'resume' ? resumed(node, continues.past) : node;
    const completion = await askIn(session, { ...query, node: live }, services, signal);
    // Of one that was cut off the log knows better than its kernel where it was.
    if (open && isOver(completion.ending)) {
      await open.keep(session, run);
      kept = true;
    }
    return completion;
  } catch (error) {
    return { answer: '', ending: endingOf(error, signal), iterations: 0 };
  } finally {
    if (!kept) await session.dispose();
  }
}

async function revive(
  session: Session,
  { how, past }: Continuation,
  services: RunServices,
  node: NodeHandle,
  signal: AbortSignal,
): Promise<void> {
  const questions = how === 'resume' ? past.before : [...past.before, past.completion];
  if (questions.length === 0) return;
  const count = plural(questions.length, 'question');
  const memory = node.child('iteration', `Remember the conversation of ${past.run}: ${count}`);
  await session.revive(questions, services, signal);
  memory.end('ok');
}

function resumed(node: NodeHandle, { completion, run }: PastRun): NodeHandle {
  return turnsOf(completion).length === 0 ? node : resumedNode(node, completion, run);
}

function isOver({ kind }: Completion['ending']): boolean {
  return kind === 'submitted' || kind === 'text' || kind === 'limit';
}

function endingOf(error: unknown, signal: AbortSignal): Completion['ending'] {
  return signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', error };
}
