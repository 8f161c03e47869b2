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
import { megabytes } from '../models/oversizedReply';
import { replyLimits } from '../models/replyLimits';
import { withoutSystemRole } from '../models/systemRole';
import { partThoughts, ThoughtFilter } from '../models/thoughts';
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
    const tooMuch = new AbortController();
    const filter = new ThoughtFilter();
    let written = '';
    listeners.set(call, (more) => {
      if (signal.aborted || tooMuch.signal.aborted) return;
      written += more;
      if (written.length > replyLimits.text) tooMuch.abort(oversized(wanted));
      const shown = filter.next(more);
      if (shown !== '') onText?.(shown);
    });
    try {
      const params = { ...wanted, call, messages: toChatMessages(messages) };
      const stop = AbortSignal.any([signal, tooMuch.signal]);
      const failure = await cancellable(stop, (token) =>
        connection.sendRequest(toExtension.chat, params, token),
      );
      stop.throwIfAborted();
      if (failure) throw new ModelError(failure.kind, failure.message);
      const { text, thoughts } = partThoughts(written);
      const usage = usageOf(messages, written);
      return { text, ...(thoughts === '' ? {} : { thoughts }), usage, finishReason: 'stop' };
    } catch (error) {
      if (written !== '') onSpent?.(usageOf(messages, written));
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

/** VS Code knows no system messages. */
function toChatMessages(messages: readonly Message[]): ChatParams['messages'] {
  return withoutSystemRole(messages).map(({ role, content }) => ({
    role: role === 'assistant' ? role : 'user',
    content,
  }));
}

function oversized(wanted: ChatModelName): ModelError {
  return new ModelError(
    'oversized',
    `${chatModelName(wanted)} wrote too much: more than ${megabytes(replyLimits.text)} of text. Nothing of ` +
      'it is used. Ask for less at a time, or choose another model.',
  );
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
