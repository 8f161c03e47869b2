import type { NodeHandle } from '../trajectory/recorder';
import { LimitReachedError } from './budget/limits';
import { Conversation } from './calls/conversation';
import type { Completion } from './completion/completion';
import type { RunServices } from './completion/services';
import { isReportWanted } from './report/reportWish';
import type { RunRequest } from './request';
import { type SmallText, smallContext } from './smallContext';

/**
 * Answers a question about a small context in one call, with all of it in the prompt. Null when the
 * context is not small, or the answer did not fit into one reply: then the loop has to do it.
 * @param known the prompt, where it need not be found out.
 */
export async function answerDirectly(
  request: RunRequest,
  run: RunServices,
  node: NodeHandle,
  known?: string,
): Promise<Completion | null> {
  const { model, signal } = request;
  const stop = AbortSignal.any([signal, run.limitReached.signal]);
  let iterations = 0;
  try {
    const prompt = known ?? (await directPrompt(request, run, stop));
    if (prompt === null) return null;
    const { prompts } = run;
    const system = prompts.fill('direct-system', { answerRules: prompts.fill('answer-rules') });
    const conversation = new Conversation(system, prompt);
    iterations = 1;
    const iteration = run.root.begin(node, 'direct', 'Ask directly: the context is small');
    const files = run.coverage.sent(prompt);
    if (files.length > 0) iteration.progress({ files });
    const call = { conversation, iteration, model, depth: 0, why: 'direct' } as const;
    const reply = await run.root.ask(call, stop);
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

/** The offline model can only search, a direct prompt has nothing to search in; only the loop has a report. */
function isWanted(request: RunRequest): boolean {
  return request.direct !== 'never' && !request.model.offline && !isReportWanted(request);
}

/** Null when the context is not small, or not to be sent as a whole. */
async function directPrompt(
  request: RunRequest,
  { coverage, prompts }: RunServices,
  signal: AbortSignal,
): Promise<string | null> {
  if (!isWanted(request)) return null;
  const { question, subject } = request;
  const texts = await smallContext(subject, coverage, signal);
  return texts && prompts.fill('direct', { question, texts: texts.map(numbered).join('\n\n') });
}

/** A text with its name and its lines numbered, as code prints it, so that they can be cited. */
function numbered({ name, text, firstLine = 1 }: SmallText): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return `=== ${name} ===`;
  const lastLine = firstLine + lines.length - 1;
  const body = lines.map((line, index) => `${firstLine + index}\t${line}`);
  return `=== ${name}:${firstLine}-${lastLine} ===\n${body.join('\n')}`;
}
