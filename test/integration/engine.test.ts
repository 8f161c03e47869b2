import { match, ok, strictEqual } from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { commands, window } from 'vscode';
import { engines } from './engineProcesses';
import { ask, closeEverything, textOf, until, workspaceFolder } from './extensionHost';
import { cell, submission, useScriptedModel } from './scriptedModel';

describe('the engine', () => {
  afterEach(closeEverything);

  it('works outside of the extension host, reads what is typed there, and is started again when it was killed', async function () {
    if (process.platform !== 'linux') this.skip();
    await using model = await useScriptedModel(({ number }) => {
      if (number === 2) return { stall: true };
      if (number % 2 === 1) return cell('print(read("src/gauge.py", 1, 3))');
      return submission('It is there.');
    });
    const asked = ask('What is it?');
    await model.server.arrived(2);
    const [engine, ...others] = await engines();
    ok(engine !== undefined);
    strictEqual(others.length, 0);
    process.kill(engine, 'SIGKILL');
    const { status, document } = await asked;
    strictEqual(status, 'error');
    match(await textOf(document), /has ended unexpectedly \(SIGKILL\)\. Ask again/);

    // While a question is answered, what is typed is what is read.
    const file = workspaceFolder().uri.with({ path: `${workspaceFolder().uri.path}/src/gauge.py` });
    const editor = await window.showTextDocument(file);
    await editor.edit((edit) => edit.insert(editor.document.positionAt(0), '# typed just now\n'));
    const again = await ask('And now?');
    strictEqual(again.status, 'answered');
    match(model.server.requests.at(-1)?.prompt ?? '', /typed just now/);
    await commands.executeCommand('undo');
    await until(async () => (await engines()).length === 1, 'one engine runs');
    ok(!(await engines()).includes(engine));
  });
});
