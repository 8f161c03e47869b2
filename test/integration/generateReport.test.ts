import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { commands, extensions, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import type { Asked } from '../../src/editor/running/askWithModel';
import { closeEverything, replaceInWindow, textOf, until, workspaceFolder } from './extensionHost';
import { cell, submission, testKey, useScriptedModel } from './scriptedModel';

/** Two sections, filled in the other order; the first cites a place that is there. */
const script = [
  cell('print(read("src/gauge.py", 5, 6))'),
  cell(
    'a = report.section("Retries")\nb = report.section("Größe")\nb.fill("```mermaid\\nflowchart LR")\na.fill("Five, see `src/gauge.py:5`.")',
  ),
  submission('See the report.'),
];

async function generate(argument: object): Promise<{ spool: string; answer: string }> {
  const asked = await commands.executeCommand<Asked | undefined>('fathom.generateReport', argument);
  ok(asked, 'Nothing was asked.');
  const answer = await textOf(asked.document);
  strictEqual(asked.status, 'answered', answer);
  const log = /^Run log: `(.+)\.jsonl`/m.exec(answer)?.[1];
  ok(log, answer);
  return { spool: `${log}.report.md`, answer };
}

describe('generating a report', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-report-'));
  });
  afterEach(async () => {
    await closeEverything();
    await rm(folder, { recursive: true, force: true });
  });

  it('writes the bytes that the command line writes, into its own document and a file', async () => {
    await using model = await useScriptedModel([...script, ...script]);
    const file = join(folder, 'new', 'glossary.md');
    const { spool } = await generate({
      template: 'glossary',
      language: 'Deutsch',
      target: { file },
    });
    const prompt = model.server.requests[0]?.prompt ?? '';
    match(prompt, /^<question>\nWhich words does this repository use in a meaning of its own\?\n/);
    match(prompt, /<report template="glossary" language="Deutsch">\nWrite a glossary /);
    await until(async () => (await stat(file).catch(() => null)) !== null, 'the file is there');
    const bytes = await readFile(file);
    deepStrictEqual(bytes, await readFile(spool));
    match(
      bytes.toString(),
      /^## Retries\n\nFive, see `src\/gauge\.py:5`\.\n\n## Größe\n\n```mermaid\nflowchart LR\n```\n\n## Sources\n/,
    );

    const other = join(folder, 'cli.md');
    const fathom = extensions.all.find(({ packageJSON }) => packageJSON.name === 'fathom');
    ok(fathom);
    const args = [
      '--report',
      other,
      '--report-template',
      'glossary',
      '--report-language',
      'Deutsch',
    ];
    await promisify(execFile)(
      process.execPath,
      [
        join(fathom.extensionUri.fsPath, 'dist', 'ask.js'),
        ...['--log', join(folder, 'log'), '--folder', workspaceFolder().uri.fsPath],
        ...['--base-url', model.server.url, '--model', 'test-model', ...args],
      ],
      { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', OPENAI_API_KEY: testKey } },
    );
    deepStrictEqual(await readFile(other), bytes);
  });

  it('puts it after the text of a file, and leaves one with unsaved changes alone', async () => {
    const file = join(folder, 'notes.md');
    await writeFile(file, '# Notes\n');
    await using _model = await useScriptedModel([...script, ...script]);
    const { spool } = await generate({
      subject: 'How often is it tried?',
      target: { append: file },
    });
    const report = await readFile(spool, 'utf8');
    await until(async () => (await stat(file)).size > 20, 'it is appended');
    strictEqual(await readFile(file, 'utf8'), `# Notes\n\n${report}`);

    const editor = await window.showTextDocument(Uri.file(file));
    await editor.edit((edit) => edit.insert(editor.document.positionAt(0), 'mine '));
    const shown: string[] = [];
    using _ = replaceInWindow('showErrorMessage', async (message: string) => {
      shown.push(message);
    });
    await generate({ subject: 'How often is it tried?', target: { append: file } });
    await until(() => shown.length > 0, 'a message is shown');
    match(shown[0] ?? '', /notes\.md, which has unsaved changes\. Save it, then append/);
    strictEqual(await readFile(file, 'utf8'), `# Notes\n\n${report}`);
  });

  it('asks before it replaces a file that no dialog was shown for', async () => {
    const file = join(folder, 'mine.md');
    await writeFile(file, 'mine');
    await using model = await useScriptedModel(script);
    const asked: string[] = [];
    using _ = replaceInWindow('showWarningMessage', async (message: string) => {
      asked.push(message);
    });
    const nothing = await commands.executeCommand('fathom.generateReport', {
      template: 'glossary',
      target: { file },
    });
    strictEqual(nothing, undefined);
    match(asked[0] ?? '', /mine\.md has text already\. Replace it/);
    strictEqual(model.server.requests.length, 0);
    strictEqual(await readFile(file, 'utf8'), 'mine');
  });

  it('saves it from its document byte by byte, or with what the user has changed', async () => {
    await using _model = await useScriptedModel(script);
    const { spool } = await generate({ subject: 'How often is it tried?' });
    const written = await readFile(spool, 'utf8');
    const grown = () =>
      workspace.textDocuments.find(
        (document) => document.getText() === written && !document.isClosed,
      );
    await until(() => grown() !== undefined, 'the report is in its document');
    const document = grown();
    ok(document);
    await window.showTextDocument(document);
    const path = join(folder, 'saved.md');
    using _save = replaceInWindow('showSaveDialog', async () => Uri.file(path));
    const asked: string[] = [];
    using _ask = replaceInWindow('showInformationMessage', async (message: string) => {
      asked.push(message);
      return message.includes('was changed') ? 'With the Changes' : undefined;
    });
    await commands.executeCommand('fathom.saveReportAs');
    deepStrictEqual(await readFile(path), await readFile(spool));
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(0), 'Mine. ');
    ok(await workspace.applyEdit(edit));
    await commands.executeCommand('fathom.saveReportAs');
    strictEqual(await readFile(path, 'utf8'), `Mine. ${written}`);
    strictEqual(asked.filter((message) => message.includes('was changed')).length, 1);
  });

  it('says what is missing', async () => {
    const shown: string[] = [];
    using _ = replaceInWindow('showErrorMessage', async (message: string) => {
      shown.push(message);
    });
    await commands.executeCommand('fathom.generateReport', { template: 'poem' });
    await commands.executeCommand('fathom.generateReport', { template: 'change-log' });
    match(shown[0] ?? '', /There is no report template "poem"\. Templates are: architecture-/);
    match(shown[1] ?? '', /needs two revisions: give "from" and "to"/);
  });
});
