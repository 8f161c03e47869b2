import type { ModelReply } from '../models/languageModel';
import type { NodeHandle } from '../trajectory/recorder';
import type { Conversation } from './conversation';
import type { RunServices } from './services';

/**
 * Sends the conversation to the root LM and adds its reply.
 * @throws {ModelError} when the model can't answer, and the signal's reason when it is aborted.
 */
export async function askRoot(
  conversation: Conversation,
  iteration: NodeHandle,
  run: RunServices,
  signal: AbortSignal,
): Promise<ModelReply> {
  const messages = conversation.messages();
  const node = iteration.child('model-call', run.model.name);
  // The log does not repeat itself: only what is new since the last request.
  const news = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1);
  node.body('prompt', news.map(({ content }) => content).join('\n\n'));
  try {
    const reply = await run.scheduler.run(0, signal, () =>
      run.model.complete(messages, { signal, onText: (text) => node.progress({ text }) }),
    );
    run.spending.settle(reply.usage);
    conversation.replied(reply.text);
    node.body('response', reply.text);
    node.end('ok', { usage: reply.usage });
    return reply;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    node.end(signal.aborted ? 'cancelled' : 'error', { reason });
    throw error;
  }
}
