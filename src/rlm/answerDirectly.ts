import type { NodeHandle } from '../trajectory/recorder';
import { askRoot } from './askRoot';
import type { Completion } from './complete';
import { Conversation } from './conversation';
import { LimitReachedError } from './limits';
import { isReportWanted } from './reportWish';
import type { RunRequest } from './request';
import type { RunServices } from './services';
import { type SmallText, smallContext } from './smallContext';

/**
 * Answers a question about a small context in one call, with all of it in the prompt. Null when the
 * context is not small, or the answer did not fit into one reply: then the loop has to do it.
 */
export async function answerDirectly(
  request: RunRequest,
  run: RunServices,
  node: NodeHandle,
): Promise<Completion | null> {
  const { question, subject, model, direct, signal } = request;
  // The offline model can only search; a direct prompt has nothing to search in.
  if (direct === 'never' || model.offline) return null;
  // Only the loop has a report.
  if (isReportWanted(request)) return null;
  const stop = AbortSignal.any([signal, run.limitReached.signal]);
  let iterations = 0;
  try {
    const texts = await smallContext(subject, run.coverage, stop);
    if (texts === null) return null;
    const { prompts } = run;
    const prompt = prompts.fill('direct', { question, texts: texts.map(numbered).join('\n\n') });
    const conversation = new Conversation(
      prompts.fill('direct-system', { answerRules: prompts.fill('answer-rules') }),
      prompt,
    );
    iterations = 1;
    const iteration = node.child('iteration', 'Ask directly: the context is small');
    const files = run.coverage.sent(prompt);
    if (files.length > 0) iteration.progress({ files });
    const reply = await askRoot(
      { conversation, iteration, model, depth: 0, last: false },
      run,
      stop,
    );
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

/** A text with its name and its lines numbered, so that they can be cited. */
function numbered({ name, text }: SmallText): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return `=== ${name} ===`;
  const width = String(lines.length).length;
  const body = lines.map((line, index) => `${String(index + 1).padStart(width)}  ${line}`);
  return `=== ${name}:1-${lines.length} ===\n${body.join('\n')}`;
}
