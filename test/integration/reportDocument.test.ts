import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  commands,
  env,
  languages,
  type SaveDialogOptions,
  TabInputWebview,
  Uri,
  window,
} from 'vscode';
import { ReportDocuments } from '../../src/editor/report/reportDocuments';
import {
  activateFathom,
  closeEverything,
  openUnsaved,
  replaceInWindow,
  until,
} from './extensionHost';

const report = '# Gauges – all\n\nSee `src/gauge.py:5`.\n\n*Written by Fathom with test-model.*\n';

/** Opens a report as it is after it was saved or restored. */
async function show(text: string): Promise<void> {
  await activateFathom();
  await window.showTextDocument(await openUnsaved(text));
}

describe('a report in an editor', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-document-'));
  });
  afterEach(async () => {
    await closeEverything();
    await rm(folder, { recursive: true, force: true });
  });

  it('is saved under a name made of its heading', async () => {
    await show(report);
    const path = join(folder, 'saved.md');
    const proposed: (string | undefined)[] = [];
    using _ = replaceInWindow('showSaveDialog', async (options: SaveDialogOptions) => {
      proposed.push(options.defaultUri?.path.split('/').at(-1));
      return Uri.file(path);
    });
    await commands.executeCommand('fathom.saveReportAs');
    deepStrictEqual(proposed, ['gauges-all.md']);
    strictEqual(await readFile(path, 'utf8'), report);
  });

  it('is saved at a second try, when what was in the way is gone', async () => {
    await show(report);
    const taken = join(folder, 'taken');
    await writeFile(taken, 'mine');
    const path = join(taken, 'saved.md');
    using _save = replaceInWindow('showSaveDialog', async () => Uri.file(path));
    const shown: string[] = [];
    using _ = replaceInWindow('showErrorMessage', async (...message: string[]) => {
      shown.push(...message);
      await rm(taken);
      return message.find((text) => text === 'Try Again');
    });
    strictEqual(await commands.executeCommand('fathom.saveReportAs'), undefined);
    const written = () => readFile(path, 'utf8').catch(() => '');
    await until(async () => (await written()) === report, 'it is saved');
    match(
      shown[0] ?? '',
      /taken is a file where a folder should be\. Its own document has all of it/,
    );
  });

  it('is appended to a file', async () => {
    await show(report);
    const path = join(folder, 'notes.md');
    await writeFile(path, '# Notes');
    using _ = replaceInWindow('showOpenDialog', async () => [Uri.file(path)]);
    await commands.executeCommand('fathom.appendReport');
    strictEqual(await readFile(path, 'utf8'), `# Notes\n\n${report}`);
  });

  it('is copied', async () => {
    await show(report);
    await commands.executeCommand('fathom.copyReport');
    strictEqual(await env.clipboard.readText(), report);
  });

  it('is shown rendered', async () => {
    await show(report);
    await commands.executeCommand('fathom.openPreview');
    await until(
      () => window.tabGroups.activeTabGroup.activeTab?.input instanceof TabInputWebview,
      'the preview is open',
    );
  });

  it('is known after its user chose another language for it', async () => {
    await activateFathom();
    const known = new ReportDocuments();
    const document = await openUnsaved('# Half of a report\n');
    await window.showTextDocument(document);
    known.add(document.uri, { spool: join(folder, 'report.md') });
    await languages.setTextDocumentLanguage(document, 'plaintext');
    await languages.setTextDocumentLanguage(document, 'markdown');
    ok(known.owns(document));
    await closeEverything();
    await until(() => !known.owns(document), 'it is forgotten');
    known.dispose();
  });

  it('is not what is in another document', async () => {
    await show('# Notes\n');
    const shown: string[] = [];
    using _ = replaceInWindow('showInformationMessage', async (message: string) => {
      shown.push(message);
    });
    await commands.executeCommand('fathom.copyReport');
    deepStrictEqual(shown, ['There is no report in this editor.']);
  });
});
