import { ok, strictEqual } from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { afterEach, describe, it } from 'mocha';
import { commands, window } from 'vscode';
import { closeEverything, until, withSettings } from './extensionHost';
import { growingReport } from './growingReport';

/** Saves the active document as a file, under the name that the editor proposes. @returns its path. */
async function saveAs(): Promise<string> {
  const saving = commands.executeCommand('workbench.action.files.saveAs');
  const path = () => {
    const document = window.activeTextEditor?.document;
    return document && !document.isUntitled ? document.uri.fsPath : null;
  };
  await until(async () => {
    await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return path() !== null;
  }, 'the document is saved as a file');
  await saving;
  return path() ?? '';
}

describe('a growing report that is saved as a file which the editor trims', () => {
  afterEach(closeEverything);

  it('goes on there, with nothing doubled and nothing lost', async () => {
    await using _settings = await withSettings({
      'files.simpleDialog.enable': true,
      'files.trimTrailingWhitespace': true,
      'files.insertFinalNewline': true,
      'files.trimFinalNewlines': true,
    });
    await using report = await growingReport();
    const { spool, mirror } = report;
    const first = await spool.openSection(
      spool.root,
      'One',
      2,
      Buffer.from('A line.  \nMore \n\n\n'),
    );
    await report.settled();
    await mirror.show();
    const path = await saveAs();
    try {
      strictEqual(await readFile(path, 'utf8'), '## One\n\nA line.\nMore\n');
      await until(
        () => mirror.growing.some(({ document }) => document.uri.fsPath === path),
        'it goes on there',
      );
      await spool.write(first, Buffer.from('After a blank line, and a '));
      await report.settled();
      ok(await mirror.growing[0]?.document.save());
      await spool.write(first, Buffer.from('word.\n'));
      await spool.close(first);
      await spool.close(await spool.openSection(spool.root, 'Two', 2, Buffer.from('Done.\n')));
      await report.settled();
      const whole =
        '## One\n\nA line.\nMore\n\n\nAfter a blank line, and a word.\n\n## Two\n\nDone.\n';
      const [text = ''] = report.texts();
      strictEqual(text.trimEnd(), whole.trimEnd());
      strictEqual(report.texts().length, 1);
      ok(await mirror.reveal(first));
      strictEqual(window.activeTextEditor?.selection.active.line, 0);
    } finally {
      await closeEverything();
      await rm(path, { force: true });
    }
  });
});
