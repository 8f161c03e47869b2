import type { LanguageModel, ModelReply } from '../models/languageModel';
import { messageOf } from '../trajectory/fileFailure';
import type { NodeHandle } from '../trajectory/recorder';
import { recordOf } from '../trajectory/recording';
import type { RecordOf } from '../trajectory/records';
import type { Conversation } from './conversation';
import { needOf } from './modelCalls';
import { askedKey, recordedPrompt } from './replay';
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
  /** The `last` request of a run may use the tokens and the money that are kept for it. */
  readonly why: RecordOf<'said'>['why'];
}

/**
 * Sends the conversation to the root LM and adds its reply.
 * @throws {ModelError} when the model can't answer, and the signal's reason when it is aborted.
 */
export async function askRoot(
  { conversation, iteration, model, depth, why }: RootCall,
  run: RunServices,
  signal: AbortSignal,
): Promise<ModelReply> {
  const drawn = iteration.child('model-call', model.name);
  // Another one than before when the run has come further since, or is at another limit.
  const node = why === 'last' ? unlessSame(drawn, model, conversation) : drawn;
  // What is told anew may differ: the repository, Fathom's prompts, what could be found out in time.
  const before = recordedPrompt(node.recorded);
  if (before) conversation.rewrite(before.from, before.messages);
  // The log does not repeat itself: only what is new since the last request.
  const news = before ?? conversation.news();
  const messages = conversation.messages();
  const parts = news.messages.map(({ role, content }) => ({ role, length: content.length }));
  node.record({ kind: 'said', from: news.from, parts, why });
  node.body('prompt', news.messages.map(({ content }) => content).join('\n\n'));
  try {
    run.budget.reached(depth);
    const outputTokens = why === 'last' ? lastOutputTokens : rootOutputTokens;
    const last = why === 'last' && depth === 0;
    const request = { model, messages, depth, node, outputTokens, last };
    if (depth === 0 && !last) {
      run.budget.keepForLast(needOf({ ...request, outputTokens: lastOutputTokens, last: true }));
    }
    const reply = await run.calls.ask(request, signal);
    conversation.replied(reply.text, reply.usage.inputTokens + reply.usage.outputTokens);
    node.end('ok', { usage: reply.usage });
    return reply;
  } catch (error) {
    const reason = messageOf(error);
    node.end(signal.aborted ? 'cancelled' : 'error', { reason });
    throw error;
  }
}

/** The node without what an earlier run recorded, unless that one asked the same. */
function unlessSame(
  node: NodeHandle,
  model: LanguageModel,
  conversation: Conversation,
): NodeHandle {
  const { recorded, ...fresh } = node;
  const reply = recorded && recordOf(recorded, 'reply');
  const asked = conversation.messages().at(-1)?.content ?? '';
  return reply?.key === askedKey(model, asked) ? node : fresh;
}
