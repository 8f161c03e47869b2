import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { CancellationTokenSource, commands, window, workspace } from 'vscode';
import { apiError } from '../host/modelScript';
import {
  ask,
  closeEverything,
  replaceInWindow,
  textOf,
  until,
  workspaceFolder,
} from './extensionHost';
import { cell, submission, testKey, useScriptedModel } from './scriptedModel';

/** Documents that an answer is in or will be. */
function answers(): string[] {
  return workspace.textDocuments
    .filter(({ uri, isClosed }) => uri.scheme === 'untitled' && !isClosed)
    .map((document) => document.getText());
}

describe('asking a scripted model', () => {
  afterEach(closeEverything);

  it('runs its code and shows its answer, with what it took', async () => {
    await using model = await useScriptedModel([
      cell('print(grep("RETRIES"))'),
      submission('Five times, see `src/gauge.py:5` and `src/nowhere.py:1-3`.'),
      // Told that one of them is nowhere, it stands by its answer.
      cell('answer["ready"] = True'),
    ]);
    const { status, document } = await ask('How often does it retry?');
    const text = await textOf(document);
    strictEqual(status, 'answered');
    ok(text.startsWith('# How often does it retry?\n\nFive times, see `src/gauge.py:5`'), text);
    match(text, /^Fathom · test-model · 3 turns · 0 sub-calls · .* · cost unknown · /m);
    match(text, /Citations: 1 read, \*\*1 wrong\*\* \(`src\/nowhere\.py:1-3`\)/);
    match(model.server.requests[1]?.prompt ?? '', /src\/gauge\.py:5: RETRIES = 5/);
    deepStrictEqual(
      model.server.requests.map(({ headers }) => headers.authorization),
      Array(3).fill(`Bearer ${testKey}`),
    );
  });

  it('shows the words of the model while it still speaks', async () => {
    let goOn = () => {};
    const heard = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    async function* words() {
      yield 'I look for ';
      yield 'the pause';
      await heard;
      yield '.';
    }
    await using model = await useScriptedModel([
      { text: '', chunks: words() },
      submission('A quarter of a second: src/gauge.py:6'),
    ]);
    const asked = ask('How long is the first pause?');
    try {
      const spoken = () => answers().some((text) => text.includes('I look for the pause'));
      await until(spoken, 'it speaks');
      ok(answers().some((text) => text.startsWith('# How long is the first pause?\n\n')));
    } finally {
      goOn();
      await asked;
    }
    strictEqual(
      answers().some((text) => text.includes('I look for')),
      false,
    );
    ok(model.server.requests.length >= 2);
  });

  it('says what to do about a key that is refused', async () => {
    await using _model = await useScriptedModel([], { apiKey: 'sk-another' });
    const shown: string[][] = [];
    using _ = replaceInWindow('showErrorMessage', async (...message: string[]) => {
      shown.push(message);
    });
    const { status, document } = await ask('What is here?');
    await until(() => shown.length > 0, 'a message is shown');
    strictEqual(status, 'error');
    const [message = '', ...actions] = shown[0] ?? [];
    match(message, /key/i);
    ok(!message.includes(testKey), message);
    deepStrictEqual(actions, ['Set API Key', 'Try Offline', 'Show Log']);
    const text = await textOf(document);
    match(text, /^> \*\*Not finished\.\*\* /m);
    ok(!text.includes(testKey), text);
  });

  it('asks again, offline, when told to, in the same tab', async () => {
    await using _model = await useScriptedModel([apiError(404, 'No such model')]);
    using _ = replaceInWindow('showErrorMessage', async () => 'Try Offline');
    const { document } = await ask('How is the checksum computed?');
    await until(
      async () => (await textOf(document)).includes('Fathom · offline model'),
      'the offline model has answered',
    );
    strictEqual(answers().length, 1);
  });

  it('stops on Cancel and says cancelled', async () => {
    await using model = await useScriptedModel([{ stall: true, after: 'I begin' }]);
    const cancel = new CancellationTokenSource();
    using _ = replaceInWindow('withProgress', (_options: never, task: typeof window.withProgress) =>
      Reflect.apply(task, undefined, [{ report: () => {} }, cancel.token]),
    );
    const asked = ask('What is here?');
    await model.server.arrived(1);
    await until(() => answers().some((text) => text.includes('I begin')), 'it speaks');
    cancel.cancel();
    const { status, document } = await asked;
    strictEqual(status, 'cancelled');
    const text = await textOf(document);
    match(text, /^> \*\*Cancelled\*\*/m);
    ok(!/fail|error/i.test(text), text);
    await model.server.idle();
  });

  it('keeps the answer when its tab was closed, and shows it again', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using model = await useScriptedModel(async ({ number }) => {
      if (number === 1) return cell('print(1)');
      await released;
      return submission('It is kept.');
    });
    const offered: string[][] = [];
    using _ = replaceInWindow('showInformationMessage', async (...message: string[]) => {
      offered.push(message);
      return 'Show Answer';
    });
    const asked = ask('Is it kept?');
    await model.server.arrived(2);
    await closeEverything();
    release();
    strictEqual((await asked).status, 'answered');
    await until(() => answers().some((text) => text.includes('It is kept.')), 'it is shown again');
    deepStrictEqual(offered, [['Answered: Is it kept?', 'Show Answer']]);
    await closeEverything();
    await commands.executeCommand('fathom.showLastAnswer');
    match(window.activeTextEditor?.document.getText() ?? '', /^# Is it kept\?\n\nIt is kept\./);
  });

  it('ends at a limit with what there is', async () => {
    const limits = workspace.getConfiguration('fathom', workspaceFolder());
    await limits.update('limits.maxIterations', 1, true);
    try {
      await using _model = await useScriptedModel([cell('print(1)'), 'So far: `src/gauge.py:5`.']);
      const { status, document } = await ask('How often?');
      strictEqual(status, 'limit');
      match(
        await textOf(document),
        /^> \*\*Stopped at a limit\.\*\* .*turn.* best answer so far\.\n\nSo far: `src\/gauge\.py:5`\./m,
      );
    } finally {
      await limits.update('limits.maxIterations', undefined, true);
    }
  });
});
