import { match, ok, strictEqual } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { commands, extensions, window } from 'vscode';
import type { ModelScript } from '../host/modelScript';
import type { ModelServer } from '../host/modelServer';
import { closeEverything, replaceInWindow, runFolder, workspaceFolder } from './extensionHost';
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
    return isSecond() ? cell('a.fill("All of alpha.")\nFINAL("Both.")') : { stall: true };
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
    strictEqual(window.activeTextEditor?.document.getText(), '## Alpha\n\n## Beta\n\nAll of beta.');
    strictEqual((await left(folder, run)).join(), `${run}.report.md`);
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
