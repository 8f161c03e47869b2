import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  type CancellationToken,
  extensions,
  type LanguageModelChatRequestMessage,
  lm,
  type QuickPickItem,
  workspace,
} from 'vscode';
import {
  ask,
  closeEverything,
  replaceInWindow,
  textOf,
  until,
  withSettings,
} from './extensionHost';

type Reply = (
  messages: readonly LanguageModelChatRequestMessage[],
  token: CancellationToken,
  id: string,
) => Iterable<string> | AsyncIterable<string>;

/** What `test/fixtures/chat-provider` exports. */
interface ChatProvider {
  readonly twoTurns: Reply;
  offer(reply: Reply | null): void;
}

let provider: ChatProvider;

async function offer(reply: Reply | null): Promise<void> {
  provider.offer(reply);
  const wanted = reply === null ? 0 : 2;
  const offered = async () => (await lm.selectChatModels({ vendor: 'harbour' })).length === wanted;
  await until(offered, 'VS Code knows of the models');
}

describe('asking a model that VS Code has', () => {
  beforeEach(async () => {
    const extension = extensions.getExtension<ChatProvider>('fathom-test.chat-provider');
    ok(extension, 'The extension with the models is not in this host.');
    provider = await extension.activate();
  });

  afterEach(async () => {
    await offer(null);
    await closeEverything();
  });

  const settings = {
    'fathom.offline': undefined,
    'fathom.baseUrl': undefined,
    'fathom.model': 'vscode:harbour/harbour-large',
    'fathom.subModel': undefined,
    'fathom.directAnswers': false,
  };

  it('needs no key and no endpoint, and has the system prompt in its first message', async () => {
    await using _settings = await withSettings(settings);
    const prompts: string[][] = [];
    await offer(function* (messages, token, id) {
      prompts.push(messages.map(({ content }) => JSON.stringify(content)));
      yield* provider.twoTurns(messages, token, id) as Iterable<string>;
    });
    const { status, document } = await ask('How often is a gauge asked?');
    const text = await textOf(document);
    strictEqual(status, 'answered', text);
    match(text, /A gauge is asked five times, see .?src\/gauge\.py:5/);
    match(text, /^Fathom · vscode:harbour\/harbour-large · 2 turns · .* · cost unknown/m);
    deepStrictEqual(
      prompts.map((messages) => messages.length),
      [1, 3],
    );
    match(prompts[0]?.[0] ?? '', /# How a turn works.*How often is a gauge asked\?/s);
    match(prompts[1]?.[2] ?? '', /src\/gauge\.py:5: RETRIES = 5/);
  });

  it('is offered to who has no key yet', async () => {
    await using _settings = await withSettings({ ...settings, 'fathom.model': undefined });
    await offer(provider.twoTurns);
    const offers: string[] = [];
    using _ = replaceInWindow('showQuickPick', async (items: readonly QuickPickItem[]) => {
      offers.push(...items.map(({ label }) => label).filter((label) => label !== ''));
      return items.at(-1);
    });
    strictEqual((await ask('How is the checksum computed?')).status, 'answered');
    deepStrictEqual(offers, [
      '$(sparkle) Use a model of VS Code',
      '$(key) Enter an API key',
      '$(plug) Set an endpoint',
      '$(search) Try offline',
    ]);
  });

  it('is stopped in mid-reply', async () => {
    await using _settings = await withSettings(settings);
    let stopped = false;
    await offer(async function* (_messages, token) {
      yield 'I look ';
      await new Promise<void>((resolve) => {
        token.onCancellationRequested(() => {
          stopped = true;
          resolve();
        });
      });
    });
    const asked = ask('How often is a gauge asked?');
    const speaks = () =>
      workspace.textDocuments.some((document) => document.getText().includes('I look'));
    await until(speaks, 'it speaks');
    const { commands } = await import('vscode');
    await commands.executeCommand('fathom.stopRuns');
    strictEqual((await asked).status, 'cancelled');
    await until(() => stopped, 'the model is told');
  });

  it('says what is wrong when VS Code has it no more, or when it refuses', async () => {
    await using _settings = await withSettings(settings);
    using _ = replaceInWindow('showErrorMessage', async () => undefined);
    const gone = await textOf((await ask('How often?')).document);
    match(gone, /VS Code has no language model harbour\/harbour-large now\. Sign in/);
    // biome-ignore lint/correctness/useYield: it refuses before it says anything.
    await offer(function* () {
      throw new Error('prompt is too long: 70000 tokens');
    });
    const refused = await ask('How often?');
    strictEqual(refused.status, 'error');
    match(await textOf(refused.document), /The prompt is longer than Harbour Large can read\./);
  });
});
