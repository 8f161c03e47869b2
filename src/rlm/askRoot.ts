import type { LanguageModel, ModelReply } from '../models/languageModel';
import type { NodeHandle } from '../trajectory/recorder';
import type { Conversation } from './conversation';
import { needOf } from './modelCalls';
import { recordedPrompt } from './replay';
import type { RunServices } from './services';

/** The most that a root LM may write in one turn, in tokens, when a limit makes that matter. */
const rootOutputTokens = 16_384;
/** The most that it may write when it is asked for its best answer at a limit. */
const lastOutputTokens = 4_096;

/** One request to the root LM of a completion. */
export interface RootCall {
  readonly conversation: Conversation;
  readonly iteration: NodeHandle;
  readonly model: LanguageModel;
  readonly depth: number;
  /** True for the last request, which may use the tokens and the money that are kept for it. */
  readonly last: boolean;
}

/**
 * Sends the conversation to the root LM and adds its reply.
 * @throws {ModelError} when the model can't answer, and the signal's reason when it is aborted.
 */
export async function askRoot(
  { conversation, iteration, model, depth, last }: RootCall,
  run: RunServices,
  signal: AbortSignal,
): Promise<ModelReply> {
  const node = iteration.child('model-call', model.name);
  // What is told anew may differ: the repository, Fathom's prompts, what could be found out in time.
  const before = recordedPrompt(node.recorded);
  if (before) conversation.rewrite(before.from, before.messages);
  // The log does not repeat itself: only what is new since the last request.
  const news = before ?? conversation.news();
  const messages = conversation.messages();
  const parts = news.messages.map(({ role, content }) => ({ role, length: content.length }));
  node.record({ kind: 'said', from: news.from, parts, last });
  node.body('prompt', news.messages.map(({ content }) => content).join('\n\n'));
  try {
    run.budget.reached(depth);
    const outputTokens = last ? lastOutputTokens : rootOutputTokens;
    const request = { model, messages, depth, node, outputTokens, last };
    if (depth === 0 && !last) {
      run.budget.keepForLast(needOf({ ...request, outputTokens: lastOutputTokens, last: true }));
    }
    const reply = await run.calls.ask(request, signal);
    conversation.replied(reply.text, reply.usage.inputTokens + reply.usage.outputTokens);
    node.end('ok', { usage: reply.usage });
    return reply;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    node.end(signal.aborted ? 'cancelled' : 'error', { reason });
    throw error;
  }
}
