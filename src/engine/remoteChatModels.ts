import type { MessageConnection } from 'vscode-jsonrpc/node';
import { type ChatParams, toEngine, toExtension } from '../contract/engineProtocol';
import { cancellable } from '../contract/messages';
import {
  type CompletionOptions,
  type LanguageModel,
  type Message,
  ModelError,
  type ModelReply,
} from '../models/languageModel';
import { estimateInputTokens, estimateTokens } from '../models/tokenCount';
import { type ChatModelName, chatModelName } from '../question/chatModelName';
import type { EditorAccess } from './engine';

/**
 * Language models that other extensions offer through VS Code, for example GitHub Copilot's, asked through
 * Fathom's extension. They report no usage, so tokens are estimated, and no prices.
 */
export function remoteChatModels(connection: MessageConnection): EditorAccess['chatModels'] {
  const listeners = new Map<number, (text: string) => void>();
  connection.onNotification(toEngine.chatText, ({ call, text }) => listeners.get(call)?.(text));
  let calls = 0;

  const complete = async (
    wanted: ChatModelName,
    messages: readonly Message[],
    { signal, onText, onSpent }: CompletionOptions,
  ): Promise<ModelReply> => {
    calls += 1;
    const call = calls;
    let text = '';
    listeners.set(call, (more) => {
      if (signal.aborted) return;
      text += more;
      onText?.(more);
    });
    try {
      const params = { ...wanted, call, messages: toChatMessages(messages) };
      const failure = await cancellable(signal, (token) =>
        connection.sendRequest(toExtension.chat, params, token),
      );
      signal.throwIfAborted();
      if (failure) throw new ModelError(failure.kind, failure.message);
      return { text, usage: usageOf(messages, text), finishReason: 'stop' };
    } catch (error) {
      if (text !== '') onSpent?.(usageOf(messages, text));
      throw error;
    } finally {
      listeners.delete(call);
    }
  };

  return async (wanted): Promise<LanguageModel> => {
    const { vendor, id } = wanted;
    const facts = await connection.sendRequest(toExtension.chatModel, { vendor, id });
    const name = chatModelName(wanted);
    if (!facts) {
      throw new ModelError(
        'not-found',
        `VS Code has no language model ${vendor}/${id} now. Sign in to the extension that offers ` +
          'it, or choose another one with "Fathom: Select Model".',
      );
    }
    return {
      name,
      id: `${name} ${facts.version}`,
      offline: false,
      contextWindow: facts.maxInputTokens > 0 ? facts.maxInputTokens : null,
      price: () => null,
      complete: (messages, options) => complete({ vendor, id }, messages, options),
    };
  };
}

/** VS Code has no system messages, so their text begins the user's first message. */
function toChatMessages(messages: readonly Message[]): ChatParams['messages'] {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const spoken = messages.filter(({ role }) => role !== 'system');
  return spoken.map(({ role, content }, index) => {
    if (role === 'assistant') return { role, content };
    return { role: 'user', content: index === 0 ? [...system, content].join('\n\n') : content };
  });
}

/** Estimated, as VS Code reports no usage. */
function usageOf(messages: readonly Message[], reply: string): ModelReply['usage'] {
  return {
    inputTokens: estimateInputTokens(messages),
    outputTokens: estimateTokens(reply),
    cachedInputTokens: 0,
    estimated: true,
    costUsd: null,
  };
}
