import {
  CancellationTokenSource,
  type LanguageModelChat,
  LanguageModelChatMessage,
  LanguageModelError,
  LanguageModelTextPart,
  lm,
} from 'vscode';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import {
  type ChatFailure,
  type ChatParams,
  toEngine,
  toExtension,
} from '../../contract/engineProtocol';
import { signalOf, tell } from '../../contract/messages';
import { isContextOverflow } from '../../models/contextOverflow';
import type { ModelErrorKind } from '../../models/languageModel';
import type { ChatModelName } from '../../question/chatModelName';

const justification = 'Fathom answers your questions about this repository with it.';

/** Lets the engine ask VS Code's language models. */
export function serveChatModels(connection: MessageConnection): void {
  connection.onRequest(toExtension.chatModel, async (wanted) => {
    const chat = await findChatModel(wanted);
    if (!chat) return null;
    const { version, name, maxInputTokens } = chat;
    return { version, name, maxInputTokens };
  });
  connection.onRequest(toExtension.chat, ({ call, messages, ...wanted }, token) =>
    askChatModel(wanted, messages, {
      signal: signalOf(token),
      onText: (text) => tell(connection.sendNotification(toEngine.chatText, { call, text })),
    }),
  );
}

/** A language model that another extension offers through VS Code; null when there is none. */
async function findChatModel({ vendor, id }: ChatModelName): Promise<LanguageModelChat | null> {
  const [chat] = await lm.selectChatModels({ vendor, id });
  return chat ?? null;
}

/**
 * Asks one of VS Code's language models. VS Code asks the user for permission at the first request.
 * @returns why that failed; null when it succeeded or was stopped.
 */
async function askChatModel(
  wanted: ChatModelName,
  messages: ChatParams['messages'],
  { signal, onText }: { readonly signal: AbortSignal; readonly onText: (text: string) => void },
): Promise<ChatFailure> {
  const chat = await findChatModel(wanted);
  if (!chat) {
    const message = `VS Code does not have ${wanted.vendor}/${wanted.id} any more. Choose another model.`;
    return { kind: 'not-found', message };
  }
  const cancellation = new CancellationTokenSource();
  const cancel = () => cancellation.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const reply = await chat.sendRequest(
      messages.map(toChatMessage),
      { justification },
      cancellation.token,
    );
    for await (const part of reply.stream) {
      if (signal.aborted) break;
      if (part instanceof LanguageModelTextPart) onText(part.value);
    }
    return null;
  } catch (error) {
    return signal.aborted ? null : failureOf(error, chat);
  } finally {
    signal.removeEventListener('abort', cancel);
    cancellation.dispose();
  }
}

function toChatMessage({ role, content }: ChatParams['messages'][number]) {
  return role === 'assistant'
    ? LanguageModelChatMessage.Assistant(content)
    : LanguageModelChatMessage.User(content);
}

/** Explains an error, with the provider's own words. */
function failureOf(error: unknown, chat: LanguageModelChat): ChatFailure {
  const code = error instanceof LanguageModelError ? error.code : '';
  const said = error instanceof Error ? error.message.trim() : String(error);
  const words = said === '' ? '' : ` It said: "${said.slice(0, 500)}"`;
  const failed = (kind: ModelErrorKind, message: string) => ({ kind, message });
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
  if (isContextOverflow(code, said, null) || /token limit/i.test(said)) {
    return failed('context-length', `The prompt is longer than ${chat.name} can read.${words}`);
  }
  return failed('server', `${chat.name} failed in VS Code.${words} Ask again, or choose another.`);
}
