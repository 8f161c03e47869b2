import { match, ok, strictEqual } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { CancellationTokenSource, commands, extensions, window, workspace } from 'vscode';
import type { Asked } from '../../src/editor/running/askWithModel';
import type { ModelScript } from '../host/modelScript';
import type { ModelServer } from '../host/modelServer';
import { engines } from './engineProcesses';
import {
  closeEverything,
  hasTab,
  replaceInWindow,
  runFolder,
  textOf,
  until,
  withSettings,
  workspaceFolder,
} from './extensionHost';
import { cell, submission, testKey, useScriptedModel } from './scriptedModel';

const question = 'Which gauges are there?';
const outline = cell(
  'a = report.section("Alpha")\nb = report.section("Beta")\nb.fill("All of beta.")',
);

/** Stops in the middle of the report the first time, and finishes it the second. */
const script =
  (isSecond: () => boolean): ModelScript =>
  ({ prompt }) => {
    if (prompt.includes('<report ')) return outline;
    if (!prompt.includes('Turn 2/')) return submission('It is known.');
    return isSecond() ? cell('files()\na.fill("All of alpha.")\nFINAL("Both.")') : { stall: true };
  };

/** Has the command line write a report there, kills it on its way, and leaves what a window would. */
async function killedRun(folder: string, server: ModelServer): Promise<string> {
  const fathom = extensions.all.find(({ packageJSON }) => packageJSON.name === 'fathom');
  ok(fathom);
  const before = new Set(await readdir(folder));
  const side = async () =>
    (await readdir(folder)).find((name) => name.endsWith('.report-parts') && !before.has(name));
  const requests = server.requests.length;
  const child: ChildProcess = spawn(
    process.execPath,
    [
      join(fathom.extensionUri.fsPath, 'dist', 'ask.js'),
      ...['--log', folder, '--folder', workspaceFolder().uri.fsPath],
      ...[
        '--base-url',
        server.url,
        '--model',
        'test-model',
        '--report-template',
        'glossary',
        question,
      ],
    ],
    {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', OPENAI_API_KEY: testKey },
      stdio: 'ignore',
    },
  );
  // The first turn has written sections, the second one stalls.
  await server.arrived(requests + 2);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const run = (await side())?.replace('.report-parts', '') ?? '';
  const record = {
    ...{ run, question, folders: [workspaceFolder().uri.fsPath], target: {} },
    wish: { template: 'glossary', revisions: null, language: '' },
    ...{ path: join(folder, `${run}.report.md`), sections: 2, openSections: 1 },
    ...{ pid: child.pid, host: hostname() },
  };
  await writeFile(join(folder, `${run}.unfinished.json`), JSON.stringify(record));
  return run;
}

/** What windows are told of reports that are being written. */
async function records(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.unfinished.json'));
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
}
const isHalf = /"sections":2,"openSections":1/;

const left = async (folder: string, run: string) =>
  (await readdir(folder)).filter((name) => name.startsWith(run) && !name.endsWith('.jsonl'));

describe('a report that a killed window left', () => {
  afterEach(closeEverything);

  it('is finished where it was, without asking again for what is known', async () => {
    let second = false;
    await using model = await useScriptedModel(script(() => second));
    const folder = await runFolder();
    const run = await killedRun(folder, model.server);
    second = true;
    const before = model.server.requests.length;
    const shown: string[][] = [];
    using _ = replaceInWindow('showInformationMessage', async (...message: string[]) => {
      shown.push(message);
      return message.find((text) => text === 'Resume');
    });
    await commands.executeCommand('fathom.resumeReport');
    const [offer = []] = shown;
    strictEqual(offer[0], `An unfinished report about “${question}” (1 of 2 sections) was found.`);
    strictEqual(model.server.requests.length, before + 1);
    const text = await readFile(join(folder, `${run}.report.md`), 'utf8');
    match(text, /^## Alpha\n\nAll of alpha\.\n\n## Beta\n\nAll of beta\.\n\n## Sources\n/);
    strictEqual((await left(folder, run)).join(), `${run}.report.md`);
  });

  it('is opened as far as it is, with what was written out of order', async () => {
    await using model = await useScriptedModel(script(() => false));
    const folder = await runFolder();
    const run = await killedRun(folder, model.server);
    using _ = replaceInWindow('showInformationMessage', async (...message: string[]) =>
      message.find((text) => text === 'Open What There Is'),
    );
    await commands.executeCommand('fathom.resumeReport');
    await until(
      () => window.activeTextEditor?.document.getText() === '## Alpha\n\n## Beta\n\nAll of beta.\n',
      'all of it is shown',
    );
    strictEqual((await left(folder, run)).join(), `${run}.report.md`);
  });

  it('is opened as the UTF-8 that it is, in parts', async () => {
    await using _model = await useScriptedModel(script(() => false));
    await using _settings = await withSettings({ 'files.encoding': 'windows1252' });
    const folder = await runFolder();
    const path = join(folder, 'long-1.report.md');
    const text = 'Größe of all.\n'.repeat(40_000);
    await writeFile(path, text);
    const record = {
      ...{ run: 'long-1', question, folders: [workspaceFolder().uri.fsPath], target: {} },
      ...{ wish: null, path, sections: 0, openSections: 0, pid: 0, host: hostname() },
    };
    await writeFile(join(folder, 'long-1.unfinished.json'), JSON.stringify(record));
    using _ = replaceInWindow('showInformationMessage', async (...message: string[]) =>
      message.find((text) => text === 'Open What There Is'),
    );
    await commands.executeCommand('fathom.resumeReport');
    const parts = () =>
      workspace.textDocuments.filter(
        (document) => hasTab(document) && document.getText().includes('Größe of all.'),
      );
    await until(() => parts().length === 3, 'all parts are there');
    ok(parts()[0]?.getText().startsWith('Größe of all.\nGröße'));
    ok(parts().every((document) => document.getText().length < 300_000));
    strictEqual((await left(folder, 'long-1')).join(), 'long-1.report.md');
    await rm(path);
  });

  it('is discarded, and not offered again', async () => {
    await using model = await useScriptedModel(script(() => false));
    const folder = await runFolder();
    const run = await killedRun(folder, model.server);
    const shown: string[] = [];
    using _ = replaceInWindow('showInformationMessage', async (...message: string[]) => {
      shown.push(message[0] ?? '');
      return message.find((text) => text === 'Discard');
    });
    await commands.executeCommand('fathom.resumeReport');
    strictEqual((await left(folder, run)).join(), '');
    ok((await stat(join(folder, `${run}.jsonl`))).size > 0);
    await commands.executeCommand('fathom.resumeReport');
    strictEqual(shown.at(-1), 'There is no unfinished report about this folder.');
  });
});

describe('a report that goes to a file, and whose run', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-target-'));
  });
  afterEach(async () => {
    await closeEverything();
    await rm(folder, { recursive: true, force: true });
  });

  const generate = (file: string) =>
    commands.executeCommand<Asked | undefined>('fathom.generateReport', {
      template: 'glossary',
      target: { file },
    });
  const finished = /^## Alpha\n\nAll of alpha\.\n\n## Beta\n\nAll of beta\.\n\n## Sources\n/;

  it('lost its engine, is offered, and gets there', async function () {
    if (process.platform !== 'linux') this.skip();
    let second = false;
    await using model = await useScriptedModel(script(() => second));
    const runs = await runFolder();
    const before = model.server.requests.length;
    const file = join(folder, 'glossary.md');
    const generating = generate(file);
    await model.server.arrived(before + 2);
    // What is written is known to this window a moment later.
    await until(
      async () => (await records(runs)).some((record) => isHalf.test(record)),
      'half is noted',
    );
    for (const engine of await engines()) process.kill(engine, 'SIGKILL');
    strictEqual((await generating)?.status, 'error');
    second = true;
    const shown: string[] = [];
    using _ = replaceInWindow('showInformationMessage', async (...message: string[]) => {
      shown.push(message[0] ?? '');
      return message.find((text) => text === 'Resume');
    });
    await commands.executeCommand('fathom.resumeReport');
    match(shown[0] ?? '', /\(1 of 2 sections\) was found/);
    match(await readFile(file, 'utf8'), finished);
    strictEqual(model.server.requests.length, before + 3);
  });

  it('was cancelled, gets there when that is resumed', async () => {
    let second = false;
    await using model = await useScriptedModel(script(() => second));
    const file = join(folder, 'glossary.md');
    const cancel = new CancellationTokenSource();
    let asked: Asked | undefined;
    {
      using _ = replaceInWindow('withProgress', async (_: unknown, task: () => unknown) =>
        Reflect.apply(task, undefined, [{ report: () => {} }, cancel.token]),
      );
      const generating = generate(file);
      await model.server.arrived(2);
      cancel.cancel();
      asked = await generating;
    }
    strictEqual(asked?.status, 'cancelled');
    const run = /^Run log: `.*?([\w-]+)\.jsonl`/m.exec(await textOf(asked.document))?.[1];
    ok(run);
    second = true;
    await commands.executeCommand('fathom.resumeRun', { run, question });
    match(await readFile(file, 'utf8'), finished);
  });
});
