import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { commands, extensions, Uri, window, workspace } from 'vscode';
import type { SandboxChecked } from '../../src/editor/kernels/checkSandboxCommand';
import {
  activateFathom,
  ask,
  closeEverything,
  replaceInWindow,
  textOf,
  until,
  withSettings,
} from './extensionHost';

const isolation = (): unknown => workspace.getConfiguration('fathom').get('isolation');

describe('the Python sandbox', () => {
  afterEach(closeEverything);

  it('is checked by a command that shows each kernel and what it could reach', async () => {
    const checked = await commands.executeCommand<SandboxChecked | undefined>(
      'fathom.checkSandbox',
    );
    ok(checked?.usable);
    const text = await textOf(checked.document);
    match(text, /^# The Python sandbox\n\n\*\*Questions use the .* It reached nothing\.\*\*/);
    match(text, /## ✅ WebAssembly kernel/);
    match(text, /\| read a file beside the workspace \| no \| `\w+Error: /);
    ok(!text.includes('**yes**'), text);
    await until(
      () =>
        window.tabGroups.all
          .flatMap(({ tabs }) => tabs)
          .some(({ label }) => /sandbox/i.test(label)),
      'the check is shown',
    );
  });

  it('is left only by a user who was told what that allows, and only once', async () => {
    await using _settings = await withSettings({
      'fathom.offline': true,
      'fathom.isolation': 'off',
    });
    const warnings: string[] = [];
    let pick: string | undefined;
    using _ = replaceInWindow(
      'showWarningMessage',
      async (message: string, options: { modal: boolean; detail: string }) => {
        warnings.push(message);
        ok(options.modal);
        match(options.detail, /read and change every file of yours/);
        return pick;
      },
    );
    const question = { question: 'How is the checksum computed?' };
    strictEqual(await commands.executeCommand('fathom.askRepository', question), undefined);
    strictEqual(isolation(), 'off');

    pick = 'Keep Isolation On';
    strictEqual((await ask(question.question)).status, 'answered');
    strictEqual(isolation(), 'on');

    await workspace.getConfiguration('fathom').update('isolation', 'off', true);
    pick = 'Run Without Isolation';
    strictEqual((await ask(question.question)).status, 'answered');
    strictEqual((await ask(question.question)).status, 'answered');
    strictEqual(warnings.length, 3);
    strictEqual(isolation(), 'off');
  });

  it('asks for no leave where the code is in WebAssembly', async () => {
    await using _settings = await withSettings({
      'fathom.offline': true,
      'fathom.isolation': 'off',
      'fathom.kernel': 'wasm',
    });
    using _ = replaceInWindow('showWarningMessage', async () => {
      throw new Error('There is nothing to warn of.');
    });
    strictEqual((await ask('How is the checksum computed?')).status, 'answered');
  });

  it('runs the Python that the Python extension has selected, when that is running', async () => {
    await activateFathom();
    const folder = join(tmpdir(), `fathom-selected-${process.pid}`);
    const launcher = join(folder, 'python');
    const used = join(folder, 'used');
    await mkdir(folder, { recursive: true });
    await writeFile(launcher, `#!/bin/sh\ntouch '${used}'\nexec python3 "$@"\n`);
    await chmod(launcher, 0o755);
    const asked: unknown[] = [];
    const environments = {
      getActiveEnvironmentPath: (resource: unknown) => {
        asked.push(resource);
        return { id: 'selected', path: launcher };
      },
      resolveEnvironment: async () => ({ executable: { uri: Uri.file(launcher) } }),
    };
    const original = Object.getOwnPropertyDescriptor(extensions, 'getExtension');
    ok(original);
    const replace = (isActive: boolean) =>
      Object.defineProperty(extensions, 'getExtension', {
        ...original,
        value: () => ({ isActive, exports: { environments } }),
      });
    await using _settings = await withSettings({ 'fathom.kernel': 'native' });
    try {
      replace(false);
      await commands.executeCommand('fathom.checkSandbox');
      deepStrictEqual(asked, []);
      replace(true);
      await commands.executeCommand('fathom.checkSandbox');
      deepStrictEqual(asked, [workspace.workspaceFolders?.[0]?.uri]);
      await workspace.fs.stat(Uri.file(used));
    } finally {
      Object.defineProperty(extensions, 'getExtension', original);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
