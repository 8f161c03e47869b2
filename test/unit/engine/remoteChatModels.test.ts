import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createMessageConnection, PortMessageReader, PortMessageWriter } from 'vscode-jsonrpc/node';
import { type ChatParams, toEngine, toExtension } from '../../../src/contract/engineProtocol';
import { remoteChatModels } from '../../../src/engine/remoteChatModels';
import { replyLimits } from '../../../src/models/replyLimits';

const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hello there' },
] as const;
const { signal } = new AbortController();

/** A model of an editor that says these pieces until it is told to stop. */
async function withChatModel(pieces: Iterable<string>) {
  const { port1, port2 } = new MessageChannel();
  const near = createMessageConnection(new PortMessageReader(port1), new PortMessageWriter(port1));
  const far = createMessageConnection(new PortMessageReader(port2), new PortMessageWriter(port2));
  const asked: ChatParams['messages'][] = [];
  let said = 0;
  far.onRequest(toExtension.chatModel, () => ({ version: '1', name: 'Big', maxInputTokens: 0 }));
  far.onRequest(toExtension.chat, async ({ call, messages: sent }, token) => {
    asked.push(sent);
    for (const text of pieces) {
      if (token.isCancellationRequested) return null;
      said += text.length;
      await far.sendNotification(toEngine.chatText, { call, text });
      await new Promise((resolve) => setImmediate(resolve));
    }
    return null;
  });
  near.listen();
  far.listen();
  return {
    model: await remoteChatModels(near)({ vendor: 'harbour', id: 'big' }),
    asked,
    get said() {
      return said;
    },
    [Symbol.dispose]() {
      near.dispose();
      far.dispose();
      port1.close();
    },
  };
}

function* endlessly(piece: string) {
  for (;;) yield piece;
}

describe('a model of the editor', () => {
  it('is asked without the system role, and its thoughts are set aside', async () => {
    using chat = await withChatModel(['<think>Hm', '.</think>\n', 'Good day.']);
    const heard: string[] = [];
    const onText = (text: string) => heard.push(text);
    const reply = await chat.model.complete(messages, { signal, onText });
    expect(reply).toMatchObject({ text: 'Good day.', thoughts: 'Hm.', finishReason: 'stop' });
    expect(heard.join('')).toBe('Good day.');
    expect(chat.asked).toEqual([[{ role: 'user', content: 'Be brief.\n\nHello there' }]]);
  });

  it('is stopped where any server would be, and what it wrote is counted', async () => {
    using chat = await withChatModel(endlessly('word '.repeat(20_000)));
    const spent: number[] = [];
    const asked = chat.model.complete(messages, {
      signal,
      onSpent: ({ outputTokens }) => spent.push(outputTokens),
    });
    await expect(asked).rejects.toMatchObject({ kind: 'oversized' });
    expect(spent[0]).toBeGreaterThan(100_000);
    expect(chat.said).toBeLessThan(2 * replyLimits.text);
  });
});
