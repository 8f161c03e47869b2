import { messageOf } from '../../ground/fileFailure';
import { LimitReachedError } from '../budget/limits';
import type { Conversation } from '../calls/conversation';
import type { Completion, Query, State } from '../completion/completion';
import type { RunServices } from '../completion/services';
import { unwrapped, whyNoAnswer } from './noAnswer';

/**
 * Time for the last request after a limit, in milliseconds: no more than the whole run was given, but
 * enough for a reply.
 */
const lastAnswerMs = { least: 10_000, most: 60_000 } as const;

/**
 * What a completion comes to that was left before there was an answer. A cancelled or failed one has what
 * was drafted; at a limit the model is asked once more.
 * @param error what it was left for.
 */
export async function endEarly(
  error: unknown,
  query: Query,
  run: RunServices,
  state: State,
  signal: AbortSignal,
): Promise<Completion> {
  const { conversation, iterations } = state;
  // A draft that says nothing is none.
  const answer = whyNoAnswer(state.draft, { submitted: true }) === null ? state.draft : '';
  if (signal.aborted) return { answer, ending: { kind: 'cancelled' }, iterations };
  const limit = error instanceof LimitReachedError ? error : run.limitReached.error;
  if (!limit) return { answer, ending: { kind: 'failed', error }, iterations };
  const ending = { kind: 'limit', limit } as const;
  if (!conversation) return { answer, ending, iterations };
  // When the whole run is at a limit, only its root is asked once more.
  if (query.depth > 0 && run.limitReached.error) return { answer, ending, iterations };
  // What was under way is over before the model is asked once more.
  state.turn?.end('stopped');
  conversation.tell(run.prompts.fill('last-answer', { limit: limit.message }));
  const last = await lastAnswer(query, run, conversation, signal);
  if (signal.aborted && last === null) return { answer, ending: { kind: 'cancelled' }, iterations };
  return { answer: last || answer, ending, iterations };
}

/** Asks the root LM for the best answer so far; null when none comes in time. */
async function lastAnswer(
  query: Query,
  run: RunServices,
  conversation: Conversation,
  signal: AbortSignal,
): Promise<string | null> {
  const iteration = run.root.begin(query.node, 'last', 'Give the best answer so far');
  const { least, most } = lastAnswerMs;
  const patienceMs = Math.min(most, Math.max(least, run.limits.timeoutMs));
  const late = new AbortController();
  const clock = setTimeout(() => {
    late.abort(new Error(`No answer came within ${Math.round(patienceMs / 1000)} s.`));
  }, patienceMs);
  const patience = AbortSignal.any([signal, late.signal]);
  try {
    const { text } = await run.root.ask(
      { ...query, conversation, iteration, why: 'last' },
      patience,
    );
    const answer = unwrapped(text);
    const why = whyNoAnswer(answer, { said: [query.question] });
    iteration.end('ok', why === null ? {} : { reason: `not an answer: ${why}` });
    return why === null ? answer : null;
  } catch (error) {
    const reason = messageOf(error);
    iteration.end(signal.aborted ? 'cancelled' : 'error', { reason });
    return null;
  } finally {
    clearTimeout(clock);
  }
}
