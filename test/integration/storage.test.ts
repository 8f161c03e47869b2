import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { commands, type TextDocument, window, workspace } from 'vscode';
import type { Asked } from '../../src/editor/running/askWithModel';
import { ask, closeEverything, replaceInWindow, runFolder, textOf, until } from './extensionHost';
import { growingReport } from './growingReport';
import { cell, submission, useScriptedModel } from './scriptedModel';

/** The open document that begins like this. */
function opened(beginning: string): TextDocument | undefined {
  return workspace.textDocuments.find(
    (document) => !document.isClosed && document.getText().startsWith(beginning),
  );
}

const first = cell('report.section("One", "First.")');

/** Writes a section, does something to the storage once it is shown, and writes another. */
const interrupted =
  (between: () => Promise<void>) =>
  async ({ turn }: { readonly turn: number }) => {
    if (turn === 1) return first;
    if (turn > 2) return submission('Both are written.');
    await until(() => opened('## One') !== undefined, 'the report is shown');
    await between();
    return cell('report.section("Two", "Second.")');
  };

const whole = '## One\n\nFirst.\n\n## Two\n\nSecond.\n';
const inTheWay = 'a file where a folder should be';

describe('a storage folder that can’t be written', () => {
  let folder = '';
  let said: string[] = [];
  let restore: (() => void)[] = [];

  before(async function () {
    // Windows neither removes nor moves a folder with a file in it that is open.
    if (process.platform === 'win32') this.skip();
    await using _model = await useScriptedModel([submission('There.')]);
    folder = await runFolder();
    // What other tests left there is theirs.
    await rename(folder, `${folder}.kept`);
  });
  beforeEach(() => {
    said = [];
    const note = async (message: string) => {
      said.push(message);
    };
    restore = (['showWarningMessage', 'showErrorMessage'] as const).map((name) => {
      const replaced = replaceInWindow(name, note);
      return () => replaced[Symbol.dispose]();
    });
  });
  afterEach(async () => {
    for (const one of restore) one();
    await closeEverything();
    await rm(folder, { recursive: true, force: true });
  });
  after(async () => {
    if (folder !== '') await rename(`${folder}.kept`, folder);
  });

  it('lets a question be answered, and says once that the run is not kept', async () => {
    await writeFile(folder, 'somebody’s');
    await using _model = await useScriptedModel([
      cell('try:\n    report.write("x")\nexcept PermissionError as error:\n    print(error)'),
      submission('An answer.'),
    ]);
    const { status, document } = await ask('A question?');
    strictEqual(status, 'answered');
    const text = await textOf(document);
    match(text, /An answer\./);
    ok(!text.includes('Run log'), text);
    const [kept, ...others] = said;
    strictEqual(
      kept,
      `“A question?”: This run can't be kept: ${folder} is ${inTheWay}. Move it away or rename it. The run goes on, but can't be followed up, resumed or opened again.`,
    );
    deepStrictEqual(
      others.map((message) => message.replace(/\d{8}-\d{6}-\w+/, 'RUN')),
      [
        `“A question?”: ${join(folder, 'RUN')}.report.md can't be written: ${folder} is ${inTheWay}. Move it away or rename it.`,
      ],
    );
    strictEqual(await readFile(folder, 'utf8'), 'somebody’s');
  });

  it('refuses a report before a model is asked, and goes on once there is a place', async () => {
    await writeFile(folder, '');
    await using model = await useScriptedModel([first, submission('See it.')]);
    const generate = () =>
      commands.executeCommand<Asked | undefined>('fathom.generateReport', { subject: 'Gauges' });
    const asked = await generate();
    strictEqual(asked?.status, 'error');
    strictEqual(model.server.requests.length, 0);
    const reason = `The report has no place to go: ${folder} is ${inTheWay}. Move it away or rename it. No model was asked.`;
    await until(() => said.length > 0, 'a message is shown');
    deepStrictEqual(said, [reason]);
    ok((await textOf(asked.document)).includes(`> **Not answered.** ${reason}`));
    await rm(folder);
    strictEqual((await generate())?.status, 'answered');
    await until(() => opened('## One\n\nFirst.') !== undefined, 'the report is shown');
  });

  it('loses nothing when its folder is removed while a report grows', async () => {
    await using _model = await useScriptedModel(interrupted(() => rm(folder, { recursive: true })));
    const { document } = await ask('Two sections?');
    await until(() => opened('## One')?.getText() === whole, 'all of it is shown');
    const text = await textOf(document);
    const log = /^Run log: `(.+)`/m.exec(text)?.[1] ?? '';
    strictEqual(await readFile(log.replace('.jsonl', '.report.md'), 'utf8'), whole);
    match(await readFile(log, 'utf8'), /^\{"type":"run-started".*\n(?:.*\n)*.*"answer"/);
    deepStrictEqual(said, []);
    deepStrictEqual((await readdir(folder)).map((name) => name.replace(/^[^.]*/, '')).sort(), [
      '.jsonl',
      '.report.md',
    ]);
  });

  it('has the report go on elsewhere when a file takes the folder’s place, and says where', async () => {
    await using _model = await useScriptedModel(
      interrupted(async () => {
        await rm(folder, { recursive: true });
        await writeFile(folder, 'somebody’s');
      }),
    );
    const { status, document } = await ask('Two sections?');
    strictEqual(status, 'answered');
    await until(() => opened('## One')?.getText() === whole, 'all of it is shown');
    const text = await textOf(document);
    const path = /^Report: `(.+)`/m.exec(text)?.[1] ?? '';
    try {
      strictEqual(await readFile(path, 'utf8'), whole);
      const where = `The report could not stay where it was: ${folder} is ${inTheWay}. All of it is in ${path}, among temporary files: save it elsewhere.`;
      ok(text.includes(`> **Look where the report is.** ${where}`), text);
      const kept = `“Two sections?”: This run can't be kept: ${folder} is ${inTheWay}. Move it away or rename it. The run goes on, but can't be followed up, resumed or opened again.`;
      deepStrictEqual(new Set(said), new Set([kept, `“Two sections?”: ${where}`]));
      strictEqual(said.length, 2);
      strictEqual(await readFile(folder, 'utf8'), 'somebody’s');
      await commands.executeCommand('fathom.openReportFile');
      strictEqual(window.activeTextEditor?.document.uri.fsPath, path);
    } finally {
      await rm(dirname(path), { recursive: true, force: true });
    }
  });

  it('has the report go on elsewhere also when nothing can be made around the folder', async () => {
    const place = await mkdtemp(join(tmpdir(), 'fathom-storage-'));
    const storage = dirname(folder);
    let path = '';
    try {
      await using _model = await useScriptedModel(
        interrupted(async () => {
          await rename(storage, join(place, 'away'));
          await writeFile(storage, '');
        }),
      );
      const { document } = await ask('Two sections?');
      await until(() => opened('## One')?.getText() === whole, 'all of it is shown');
      path = /^Report: `(.+)`/m.exec(await textOf(document))?.[1] ?? '';
      strictEqual(await readFile(path, 'utf8'), whole);
      ok(said.some((message) => message.includes(`${storage} is ${inTheWay}`)));
    } finally {
      await rm(storage);
      await rename(join(place, 'away'), storage);
      for (const left of [place, dirname(path)]) await rm(left, { recursive: true, force: true });
    }
  });

  it('leaves what a document shows when its file is gone, and goes on when that is back', async () => {
    await using report = await growingReport();
    await report.write('# Report\n');
    await report.settled();
    const away = `${report.path}.away`;
    await rename(report.path, away);
    report.mirror.update({ ...report.spool.progress, bytes: 100 });
    await until(() => report.mirror.state === 'unreadable', 'it is known that the file is gone');
    deepStrictEqual(report.texts(), ['# Report\n']);
    strictEqual(report.troubles.length, 1);
    await rename(away, report.path);
    await report.write('More.\n');
    await report.settled();
    deepStrictEqual(report.texts(), ['# Report\nMore.\n']);
  });
});
