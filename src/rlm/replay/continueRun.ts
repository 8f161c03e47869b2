import { plural } from '../../ground/figures';
import type { RecordedNode } from '../../trajectory/recording';
import type { Completion, Query } from '../completion/completion';
import type { RunServices } from '../completion/services';
import type { Session } from '../loop/session';
import { askAndKeep, type SessionPlace } from '../sessions/openSession';
import { resumeCompletion } from './pastNodes';
import type { Continuation, PastRun } from './pastRun';
import { directTurnOf, recordedPrompt, recordedReply, turnsOf } from './pastTurns';
import { revive } from './revive';
import { servicesFromLog } from './servicesFromLog';

/**
 * Answers in one call if the context is small, else null.
 * @param prompt the prompt, if it is known already.
 */
export type AnswerDirectly = (run: RunServices, prompt?: string) => Promise<Completion | null>;

/** Completes a question that continues an earlier run. */
export async function continueRun(
  { how, past }: Continuation,
  query: Query,
  answerDirectly: AnswerDirectly,
  place: SessionPlace,
  live: RunServices,
  signal: AbortSignal,
): Promise<Completion> {
  query.node.record({ kind: 'after', run: past.run, how });
  if (how === 'follow-up') {
    const alive = place.open?.take(past.run) ?? null;
    const questions = alive ? [] : [...past.before, past.completion];
    return askAndKeep(alive, query, place, live, signal, (session) =>
      remember(session, questions, past, query, live, signal),
    );
  }
  const services = servicesFromLog(live, true);
  const direct = await answerDirectlyAgain(past, query, answerDirectly, services);
  if (direct) return direct;
  return askAndKeep(null, query, place, services, signal, async (session) => {
    await remember(session, past.before, past, query, live, signal);
    if (turnsOf(past.completion).length === 0) return;
    resumeCompletion(query.node, past.completion, past.run);
  });
}

/** Revives the conversation so far. */
async function remember(
  session: Session,
  questions: readonly RecordedNode[],
  past: PastRun,
  { node, context }: Query,
  live: RunServices,
  signal: AbortSignal,
): Promise<void> {
  if (questions.length === 0) return;
  const count = plural(questions.length, 'question');
  const memory = node.child('iteration', `Remember the conversation of ${past.run}: ${count}`);
  await revive(session, questions, context, live, signal);
  memory.end('ok');
}

/** The direct answer of the run, or a new one if it had none; null when the loop answers. */
async function answerDirectlyAgain(
  { completion, before, run }: PastRun,
  { node }: Query,
  answerDirectly: AnswerDirectly,
  services: RunServices,
): Promise<Completion | null> {
  if (before.length > 0) return null;
  const turn = directTurnOf(completion);
  const call = turn?.children.find((child) => recordedReply(child) !== null);
  const prompt = call && recordedPrompt(call)?.messages.at(-1)?.content;
  if (turn && prompt !== undefined) {
    resumeCompletion(node, completion, run, [turn]);
    return answerDirectly(services, prompt);
  }
  return turnsOf(completion).length > 0 ? null : answerDirectly(services);
}
