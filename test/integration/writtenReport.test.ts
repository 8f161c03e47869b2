import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { commands, type TextDocument, window, workspace } from 'vscode';
import { ask, closeEverything, hasTab, replaceInWindow, textOf, until } from './extensionHost';
import { cell, submission, useScriptedModel } from './scriptedModel';

/** The open document that begins like this. */
function opened(beginning: string): TextDocument | undefined {
  return workspace.textDocuments.find(
    (document) => !document.isClosed && document.getText().startsWith(beginning),
  );
}

/** The path that an answer names as its report's. */
function reportPath(answer: string): string {
  const [, path] = /^Report: `(.+)`/m.exec(answer) ?? [];
  ok(path, answer);
  return path;
}

describe('a run that writes', () => {
  afterEach(closeEverything);

  it('shows its report while it goes on, and the answer leads to it', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    await using _model = await useScriptedModel(async ({ turn }) => {
      if (turn === 1) {
        return cell(
          'late = report.section("Limits", level=2)\nreport.write("# Gauges\\n\\n")\nreport.section("Reading", "By lines.")',
        );
      }
      if (turn === 2) {
        await gate;
        return cell('late.fill("Five tries.")');
      }
      return submission('See the report.');
    });
    const asked = ask('Describe the gauges.');
    await until(() => opened('## Limits') !== undefined, 'the report is opened');
    strictEqual(opened('## Limits')?.getText().trim(), '## Limits');
    go();
    const { document, status } = await asked;
    strictEqual(status, 'answered');
    const whole = '## Limits\n\nFive tries.\n\n# Gauges\n\n## Reading\n\nBy lines.\n';
    await until(() => opened('## Limits')?.getText() === whole, 'all of it is there');
    const answer = await textOf(document);
    match(answer, /^Report: `.+` · 2 sections · \d+ bytes/m);
    strictEqual(await readFile(reportPath(answer), 'utf8'), whole);
    strictEqual(window.activeTextEditor?.document.uri.toString(), document.toString());

    await closeEverything();
    await until(() => opened('## Limits') === undefined, 'it is closed');
    await commands.executeCommand('fathom.showReport');
    await until(() => opened('## Limits')?.getText() === whole, 'it is shown again');
    await commands.executeCommand('fathom.insertContents');
    match(
      opened('## Contents')?.getText() ?? '',
      /^## Contents\n\n- \[Limits\]\(#limits\)\n- \[Reading\]\(#reading\)\n\n## Limits/,
    );
  });

  it('opens a few documents in their languages, and lists the others', async () => {
    await using _model = await useScriptedModel([
      cell(
        'open_document("Helper", "import os\\n", "python")\nfor n in range(5):\n    open_document(f"Note {n}", f"# Note {n}\\n")',
      ),
      submission('Done.'),
    ]);
    const { document } = await ask('Write some documents.');
    await until(() => opened('# Note 1') !== undefined, 'the third is opened');
    strictEqual(opened('import os')?.languageId, 'python');
    strictEqual(opened('# Note 0')?.languageId, 'markdown');
    strictEqual(opened('# Note 2'), undefined);
    const first = opened('import os');
    ok(first);
    await until(() => hasTab(first), 'it has a tab');
    strictEqual(window.activeTextEditor?.document.uri.toString(), document.toString());
    match(await textOf(document), /^6 documents written besides/m);
  });

  it('keeps two reports apart', async () => {
    await using _model = await useScriptedModel([
      cell('report.write("# One\\n\\nFirst.\\n")'),
      submission('1'),
      cell('report.write("# Two\\n\\nSecond.\\n")'),
      submission('2'),
    ]);
    await ask('The first?');
    await ask('The second?');
    await until(() => opened('# Two')?.getText() === '# Two\n\nSecond.\n', 'the second is there');
    await until(() => opened('# One')?.getText() === '# One\n\nFirst.\n', 'the first is, too');
    await commands.executeCommand('fathom.showReport');
    const isShown = () => window.activeTextEditor?.document === opened('# Two');
    await until(isShown, 'the second is in front');
  });

  it('says that the disk is full, and keeps what was written', async function () {
    if (!existsSync('/dev/full')) this.skip();
    const warnings: string[] = [];
    using _ = replaceInWindow('showWarningMessage', async (message: string) => {
      warnings.push(message);
    });
    let folder = '';
    let run = '';
    await using _model = await useScriptedModel(async ({ turn }) => {
      if (turn === 1) return cell('report.write("# One\\n")');
      if (turn === 2) {
        // From now on what is out of order can't be written: as if the disk were full.
        await until(() => opened('# One') !== undefined, 'the report is shown');
        await commands.executeCommand('fathom.openReportFile');
        const reportFile = () => window.activeTextEditor?.document.uri.fsPath ?? '';
        await until(() => reportFile().endsWith('.report.md'), 'its file is in front');
        const file = reportFile();
        [, folder = '', run = ''] = /^(.*)[\\/]([^\\/]+)\.report\.md$/.exec(file) ?? [];
        await symlink('/dev/full', join(folder, `${run}.report-parts`));
        return cell(
          'a = report.section("A")\ntry:\n    report.section("B")\nexcept RuntimeError as error:\n    print(error)\na.fill("of a")',
        );
      }
      return submission('It is full.');
    });
    const { document } = await ask('Write until it is full.');
    ok(
      warnings.some((text) => /disk is full.*What was written before is kept/.test(text)),
      warnings.join(),
    );
    const path = reportPath(await textOf(document));
    match(await readFile(path, 'utf8'), /^# One\n\n## A\n\nof a/);
    deepStrictEqual(
      warnings.filter((text) => /can't be written/.test(text)).length,
      warnings.length,
    );
  });
});
