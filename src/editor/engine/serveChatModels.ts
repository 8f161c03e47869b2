import type { MessageConnection } from 'vscode-jsonrpc/node';
import { askChatModel, findChatModel } from './chatModel';
import { toEngine, toExtension } from './engineProtocol';
import { tell } from './tell';
import { signalOf } from './tokenSignal';

/** Lets the engine's process ask the language models that VS Code has. */
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
