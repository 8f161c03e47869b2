import { plural } from '../../ground/figures';
import { unlessAborted } from '../../ground/unlessAborted';
import { isTooLong, type ModelReply } from '../../models/languageModel';
import { LimitReachedError } from '../budget/limits';
import type { Conversation } from '../calls/conversation';
import type { RootCall } from '../calls/rootCalls';
import { wordlessReply } from '../calls/wordlessReply';
import type { Completion, Query, State } from '../completion/completion';
import type { RunServices } from '../completion/services';
import { systemPrompt } from '../prompts/systemPrompt';
import { type AnswerGate, CitationGate, firstObjection, SubmissionGate } from './answerGate';
import { compact, compactWithoutModel } from './compaction';
import { tellResult } from './feedback';
import { endEarly } from './lastAnswer';
import { Nudges } from './nudges';
import type { Repl } from './repl';
import { Session } from './session';
import { Streaks } from './streaks';
import { runTurn } from './turn';

/**
 * One RLM completion (arXiv 2512.24601, algorithm 1): put the context into a REPL, then until there is
 * an answer or a limit, ask the root model, run the code it wrote, and show it the output. Does not
 * reject for what the model, the kernel or the user do: the ending says what happened.
 */
export async function complete(
  query: Query,
  run: RunServices,
  signal: AbortSignal,
): Promise<Completion> {
  const session = new Session(query, run, signal);
  try {
    return await askIn(session, query, run, signal);
  } finally {
    await session.dispose();
  }
}

/** The same in a session that may have had questions before, and may have more. */
export async function askIn(
  session: Session,
  query: Query,
  run: RunServices,
  signal: AbortSignal,
): Promise<Completion> {
  const state: State = { conversation: null, draft: '', iterations: 0, turn: null };
  try {
    const system = systemPrompt(query, run);
    state.conversation = await session.begin(query, system, run, signal);
    // A model is only asked, and paid, when its code can be run.
    await unlessAborted(session.repl.ready(), run.limitReached.signal);
    return await iterate(query, run, session, state.conversation, state, signal);
  } catch (error) {
    return await endEarly(error, query, run, state, signal);
  }
}

/** Turns until an answer is submitted. @throws {LimitReachedError} when there is no turn left. */
async function iterate(
  query: Query,
  run: RunServices,
  { repl, goesOn }: Session,
  conversation: Conversation,
  state: State,
  signal: AbortSignal,
): Promise<Completion> {
  const { limits, prompts } = run;
  const stop = AbortSignal.any([signal, run.limitReached.signal]);
  const cellStop = AbortSignal.any([signal, run.limitReached.graceOver]);
  const gates = gatesOf(query, run);
  const nudges = new Nudges(query.question);
  const streaks = new Streaks();
  const turns = limits.maxIterations;
  for (let turn = 1; turn <= turns; turn++) {
    const first = goesOn ? 'follow-up-turn' : 'first-turn';
    const turnLine = prompts.fill(turn === 1 ? first : 'turn', { turn, turns });
    const summary = turn === 1 ? 'Look at the context' : 'Think';
    const iteration = run.root.begin(query.node, 'turn', summary);
    state.turn = iteration;
    const call = { ...query, conversation, iteration, why: 'turn' } as const;
    const reply = await askWithRoom(call, turnLine, repl, run, stop);
    state.iterations = turn;
    const cutOff = reply.finishReason === 'length';
    const result = await runTurn(reply.text, cutOff, repl, iteration, cellStop);
    streaks.count(result);
    let objection: string | null = null;
    if (result.kind === 'ran') {
      const { answer, draft, variables } = result.last;
      state.draft = draft || state.draft;
      if (answer !== null) {
        const submission = { answer, output: result.output, variables, turnsLeft: turns - turn };
        objection = await firstObjection(gates, submission, stop);
        if (objection === null) {
          iteration.end('ok');
          return { answer, ending: { kind: 'submitted' }, iterations: turn };
        }
      }
    } else if (streaks.withoutCode === 2) {
      const wordless = wordlessReply(query.model, reply);
      if (wordless) throw wordless;
      iteration.end('ok', { summary: 'Answer in words, without code' });
      return { answer: reply.text.trim(), ending: { kind: 'text' }, iterations: turn };
    }
    signal.throwIfAborted();
    await tellResult(result, objection, conversation, repl, run);
    stop.throwIfAborted();
    const nudge = result.kind === 'ran' ? nudges.after(result) : null;
    if (nudge) conversation.tell(prompts.fill(nudge));
    iteration.end('ok');
  }
  throw new LimitReachedError('iterations', `The limit of ${plural(turns, 'turn')} was reached.`);
}

/** Asks the root LM, after shortening the conversation when it gets too long for it. */
async function askWithRoom(
  call: RootCall,
  turnLine: string,
  repl: Repl,
  run: RunServices,
  signal: AbortSignal,
): Promise<ModelReply> {
  if (run.root.isNearlyFull(call)) await compact(call, repl, run, signal);
  call.conversation.tell(turnLine);
  try {
    return await run.root.ask(call, signal);
  } catch (error) {
    // A question that is too long by itself can't be shortened.
    if (!isTooLong(error) || signal.aborted || !call.conversation.isUnderWay) throw error;
    await compactWithoutModel(call, repl, run);
    call.conversation.tell(turnLine);
    return await run.root.ask(call, signal);
  }
}

/** An offline model cites what it found, and can't mend what it wrote. */
function gatesOf({ depth, model }: Query, run: RunServices): readonly AnswerGate[] {
  const submission = new SubmissionGate(run.prompts);
  return depth > 0 || model.offline ? [submission] : [submission, new CitationGate(run)];
}
