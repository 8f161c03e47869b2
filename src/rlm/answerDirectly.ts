import type { NodeHandle } from '../trajectory/recorder';
import type { RecordedNode } from '../trajectory/recording';
import { askRoot } from './askRoot';
import type { Completion } from './completion';
import { Conversation } from './conversation';
import { LimitReachedError } from './limits';
import { directTurnOf, recordedPrompt, recordedReply, resumedNode, turnsOf } from './replay';
import { isReportWanted } from './report/reportWish';
import type { RunRequest } from './request';
import type { RunServices } from './services';
import { type SmallText, smallContext } from './smallContext';

/**
 * Answers a question about a small context in one call, with all of it in the prompt. Null when the
 * context is not small, or the answer did not fit into one reply: then the loop has to do it. A run that
 * is resumed has the answer that it got, or is asked again if it had none.
 */
export async function answerDirectly(
  request: RunRequest,
  run: RunServices,
  node: NodeHandle,
): Promise<Completion | null> {
  const { model, signal } = request;
  const before = directBefore(request);
  if (before === 'not-direct') return null;
  const known = recordedPrompt(before?.call)?.messages.at(-1)?.content ?? null;
  if (known === null && !isWanted(request)) return null;
  const stop = AbortSignal.any([signal, run.limitReached.signal]);
  let iterations = 0;
  try {
    const prompt = known ?? (await directPrompt(request, run, stop));
    if (prompt === null) return null;
    const { prompts } = run;
    const system = prompts.fill('direct-system', { answerRules: prompts.fill('answer-rules') });
    const conversation = new Conversation(system, prompt);
    iterations = 1;
    const live = before ? resumedNode(node, before.completion, before.run, [before.turn]) : node;
    const iteration = live.child('iteration', 'Ask directly: the context is small');
    const files = run.coverage.sent(prompt);
    if (files.length > 0) iteration.progress({ files });
    const call = { conversation, iteration, model, depth: 0, why: 'direct' } as const;
    const reply = await askRoot(call, run, stop);
    const text = reply.text.trim();
    if (reply.finishReason === 'length' || text === '') {
      iteration.end('stopped', { reason: 'The answer did not fit into one reply.' });
      return null;
    }
    iteration.end('ok');
    return { answer: text, ending: { kind: 'submitted' }, iterations };
  } catch (error) {
    if (signal.aborted) return { answer: '', ending: { kind: 'cancelled' }, iterations };
    const limit = error instanceof LimitReachedError ? error : run.limitReached.error;
    const ending = limit
      ? ({ kind: 'limit', limit } as const)
      : ({ kind: 'failed', error } as const);
    return { answer: '', ending, iterations };
  }
}

/** The direct answer of the run that is resumed; null when there is none yet, and may be. */
function directBefore({ continues }: RunRequest): DirectTurn | null | 'not-direct' {
  if (!continues) return null;
  const { completion, before, run } = continues.past;
  if (continues.how !== 'resume' || before.length > 0) return 'not-direct';
  const turn = directTurnOf(completion);
  const call = turn?.children.find((child) => recordedReply(child) !== null);
  if (turn && call) return { turn, call, completion, run };
  return turnsOf(completion).length > 0 ? 'not-direct' : null;
}

interface DirectTurn {
  readonly run: string;
  readonly completion: RecordedNode;
  readonly turn: RecordedNode;
  /** The call in it, which was answered. */
  readonly call: RecordedNode;
}

/** The offline model can only search, a direct prompt has nothing to search in; only the loop has a report. */
function isWanted(request: RunRequest): boolean {
  return request.direct !== 'never' && !request.model.offline && !isReportWanted(request);
}

/** Null when the context is not small. */
async function directPrompt(
  { question, subject }: RunRequest,
  { coverage, prompts }: RunServices,
  signal: AbortSignal,
): Promise<string | null> {
  const texts = await smallContext(subject, coverage, signal);
  return texts && prompts.fill('direct', { question, texts: texts.map(numbered).join('\n\n') });
}

/** A text with its name and its lines numbered, so that they can be cited. */
function numbered({ name, text, firstLine = 1 }: SmallText): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return `=== ${name} ===`;
  const lastLine = firstLine + lines.length - 1;
  const width = String(lastLine).length;
  const body = lines.map((line, index) => `${String(firstLine + index).padStart(width)}  ${line}`);
  return `=== ${name}:${firstLine}-${lastLine} ===\n${body.join('\n')}`;
}
