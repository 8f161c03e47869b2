import type { MessageConnection } from 'vscode-jsonrpc/node';
import { toEngine, toExtension } from '../../contract/engineProtocol';
import { tell } from '../../contract/tell';
import { signalOf } from '../../contract/tokenSignal';
import { askChatModel, findChatModel } from './chatModel';

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
