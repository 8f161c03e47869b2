import type { Usage } from '../../trajectory/events';
import type { CompletionOptions, LanguageModel, Message, ModelReply } from '../languageModel';
import { parseConversation } from './conversation';
import { whatThisIs } from './plainAnswer';
import { rootReply } from './rootReply';
import { subReply } from './subReply';

/** The name under which the offline model is shown. */
const offlineModelName = 'offline';

/**
 * The offline root model: no neural network, but code. It answers a root's conversation with the Python
 * that a careful person would write: search for the question's words, have the best texts read by
 * sub-calls, cite the best places. A function of the messages alone.
 */
export function offlineRoot(): LanguageModel {
  return offlineModel((messages) => {
    const conversation = parseConversation(messages);
    // A prompt that is not the conversation of a root is answered as a sub-model answers.
    if (conversation) return rootReply(conversation);
    return `${whatThisIs}\n\n${subReply(lastPrompt(messages))}`;
  });
}

/**
 * The offline sub-model: names the places of its prompt's text that bear on its question, best first.
 * A function of the prompt alone.
 */
export function offlineSub(): LanguageModel {
  return offlineModel((messages) => subReply(lastPrompt(messages)));
}

function offlineModel(reply: (messages: readonly Message[]) => string): LanguageModel {
  return {
    name: offlineModelName,
    offline: true,
    contextWindow: null,
    price: () => 0,
    async complete(messages: readonly Message[], options: CompletionOptions): Promise<ModelReply> {
      // Lets a batch of calls be cancelled, and the terminal be drawn, between any two of them.
      await new Promise((resolve) => setImmediate(resolve));
      options.signal.throwIfAborted();
      const text = reply(messages);
      options.onText?.(text);
      return { text, usage: usageOf(messages, text), finishReason: 'stop' };
    },
  };
}

function lastPrompt(messages: readonly Message[]): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}

/** About four characters are a token of English text or code. */
const charactersPerToken = 4;

function usageOf(messages: readonly Message[], text: string): Usage {
  const input = messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    inputTokens: Math.ceil(input / charactersPerToken),
    outputTokens: Math.ceil(text.length / charactersPerToken),
    cachedInputTokens: 0,
    estimated: true,
    costUsd: 0,
  };
}
