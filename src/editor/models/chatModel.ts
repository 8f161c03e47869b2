import {
  CancellationTokenSource,
  type LanguageModelChat,
  LanguageModelChatMessage,
  LanguageModelError,
  LanguageModelTextPart,
  lm,
} from 'vscode';
import {
  type CompletionOptions,
  type LanguageModel,
  type Message,
  ModelError,
  type ModelErrorKind,
  type ModelReply,
} from '../../models/languageModel';
import { estimateInputTokens, estimateTokens } from '../../models/tokenCount';
import { type ChatModelName, chatModelName } from './chatModelName';

const justification = 'Fathom answers your questions about this repository with it.';

/**
 * A language model that another extension offers through VS Code, for example GitHub Copilot's. VS Code asks
 * the user for permission at the first request. It reports no usage, so tokens are estimated, and no prices.
 * @throws {ModelError} when VS Code has no such model.
 */
export async function openChatModel(wanted: ChatModelName): Promise<LanguageModel> {
  const [chat] = await lm.selectChatModels({ vendor: wanted.vendor, id: wanted.id });
  const name = chatModelName(wanted);
  if (!chat) {
    throw new ModelError(
      'not-found',
      `VS Code has no language model ${wanted.vendor}/${wanted.id} now. Sign in to the extension that offers ` +
        'it, or choose another one with "Fathom: Select Model".',
    );
  }
  return {
    name,
    id: `${name} ${chat.version}`,
    offline: false,
    contextWindow: chat.maxInputTokens > 0 ? chat.maxInputTokens : null,
    price: () => null,
    complete: (messages, options) => complete(chat, messages, options),
  };
}

async function complete(
  chat: LanguageModelChat,
  messages: readonly Message[],
  { signal, onText, onSpent }: CompletionOptions,
): Promise<ModelReply> {
  signal.throwIfAborted();
  const cancellation = new CancellationTokenSource();
  const cancel = () => cancellation.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  let text = '';
  try {
    const { token } = cancellation;
    const reply = await chat.sendRequest(toChatMessages(messages), { justification }, token);
    for await (const part of reply.stream) {
      signal.throwIfAborted();
      if (!(part instanceof LanguageModelTextPart)) continue;
      text += part.value;
      onText?.(part.value);
    }
    signal.throwIfAborted();
    return { text, usage: usageOf(messages, text), finishReason: 'stop' };
  } catch (error) {
    if (text !== '') onSpent?.(usageOf(messages, text));
    signal.throwIfAborted();
    throw toModelError(error, chat);
  } finally {
    signal.removeEventListener('abort', cancel);
    cancellation.dispose();
  }
}

/** VS Code knows no system messages; what they say begins the user's first one. */
function toChatMessages(messages: readonly Message[]): LanguageModelChatMessage[] {
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const spoken = messages.filter(({ role }) => role !== 'system');
  return spoken.map(({ role, content }, index) => {
    if (role === 'assistant') return LanguageModelChatMessage.Assistant(content);
    const whole = index === 0 ? [...system, content].join('\n\n') : content;
    return LanguageModelChatMessage.User(whole);
  });
}

/** VS Code reports none. */
function usageOf(messages: readonly Message[], reply: string): ModelReply['usage'] {
  return {
    inputTokens: estimateInputTokens(messages),
    outputTokens: estimateTokens(reply),
    cachedInputTokens: 0,
    estimated: true,
    costUsd: null,
  };
}

/** The provider's words, whoever it is; extensions word their errors as they like. */
function toModelError(error: unknown, chat: LanguageModelChat): ModelError {
  if (error instanceof ModelError) return error;
  const code = error instanceof LanguageModelError ? error.code : '';
  const said = error instanceof Error ? error.message.trim() : String(error);
  const words = said === '' ? '' : ` It said: "${said.slice(0, 500)}"`;
  const failed = (kind: ModelErrorKind, message: string) => new ModelError(kind, message);
  switch (code) {
    case 'NoPermissions':
      return failed(
        'authentication',
        `VS Code does not let Fathom use ${chat.name}.${words} Ask again and allow it, or choose another model.`,
      );
    case 'Blocked':
      return failed(
        'rate-limit',
        `${chat.name} takes no more requests for now.${words} Wait a little, or choose another model.`,
      );
    case 'NotFound':
      return failed('not-found', `VS Code does not have ${chat.name} any more.${words}`);
    default:
      break;
  }
  if (/context (length|window)|token limit|too many tokens|prompt.*too (long|large)/i.test(said)) {
    return failed('context-length', `The prompt is longer than ${chat.name} can read.${words}`);
  }
  return failed('server', `${chat.name} failed in VS Code.${words} Ask again, or choose another.`);
}
