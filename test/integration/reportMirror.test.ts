import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, describe, it } from 'mocha';
import { commands, Selection, type TextDocument, ViewColumn, window, workspace } from 'vscode';
import { closeEverything, openUnsaved, until } from './extensionHost';
import { type GrowingReport, growingReport } from './growingReport';

/** The only document of a report. */
function documentOf({ mirror }: GrowingReport): TextDocument {
  const [growing, more] = mirror.growing;
  ok(growing && !more);
  return growing.document;
}

function editorOf(document: TextDocument) {
  const editor = window.visibleTextEditors.find((visible) => visible.document === document);
  ok(editor, 'No editor shows it.');
  return editor;
}

/** Does what a user does: types at a place, letter by letter. */
async function type(document: TextDocument, offset: number | 'end', text: string): Promise<void> {
  const editor = await window.showTextDocument(document, { preview: false });
  if (offset === 'end') {
    // Wherever that is by then.
    await commands.executeCommand('cursorBottom');
  } else {
    const at = document.positionAt(offset);
    editor.selection = new Selection(at, at);
  }
  for (const letter of text) await commands.executeCommand('type', { text: letter });
}

function tabs(): string[] {
  return window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
}

describe('a report that grows in a document', () => {
  afterEach(closeEverything);

  it('opens beside what is read, takes no focus, and ends as the file is', async () => {
    const read = await openUnsaved('what is read\n', 'plaintext');
    await window.showTextDocument(read);
    await using report = await growingReport();
    await report.write('# Report\n\nÜber 𝄞 all.\r\n\nMore.\n', 5);
    await report.settled();
    const document = documentOf(report);
    strictEqual(document.getText(), '# Report\n\nÜber 𝄞 all.\n\nMore.\n');
    strictEqual(document.languageId, 'markdown');
    strictEqual(window.activeTextEditor?.document, read);
    strictEqual(editorOf(document).viewColumn, ViewColumn.Two);
    ok(editorOf(read));
    await report.write('The end.\n');
    await report.settled();
    ok(document.getText().endsWith('More.\nThe end.\n'));
    strictEqual(window.activeTextEditor?.document, read);
    deepStrictEqual(report.troubles, []);
  });

  it('moves neither the cursor nor the view of who reads it', async () => {
    await using report = await growingReport();
    await report.write(`# Report\n\n${'A line.\n'.repeat(500)}`);
    await report.settled();
    const document = documentOf(report);
    const editor = await window.showTextDocument(document);
    editor.selection = new Selection(200, 3, 200, 3);
    await commands.executeCommand('revealLine', { lineNumber: 200, at: 'center' });
    await until(() => (editor.visibleRanges[0]?.start.line ?? 0) > 100, 'line 200 is shown');
    const seen = editor.visibleRanges[0]?.start.line;
    await report.write('More.\n'.repeat(500), 600);
    await report.settled();
    strictEqual(editor.visibleRanges[0]?.start.line, seen);
    strictEqual(editor.selection.active.line, 200);
    strictEqual(document.lineCount, 1003);
  });

  it('keeps what the user types in the middle and at the end, while it grows', async () => {
    await using report = await growingReport({ batchBytes: 40 });
    const text = Array.from({ length: 60 }, (_, line) => `Line ${line} of it.\n`).join('');
    await report.write('# Report\n\n');
    await report.settled();
    const document = documentOf(report);
    const writing = report.write(text, 30);
    await type(document, 'end', 'my own end');
    await type(document, 2, 'My ');
    await type(document, 'end', ', indeed');
    await writing;
    await report.settled();
    strictEqual(document.getText(), `# My Report\n\n${text}my own end, indeed`);
    strictEqual(await readFile(report.path, 'utf8'), `# Report\n\n${text}`);
  });

  it('lets the user undo what they typed, and nothing else', async () => {
    await using report = await growingReport();
    await report.write('# Report\n\n');
    await report.settled();
    const document = documentOf(report);
    await report.write('One.\n');
    await report.settled();
    await type(document, 8, ' mine');
    for (const piece of ['Two.\n', 'Three.\n', 'Four.\n']) {
      await report.write(piece);
      await report.settled();
    }
    strictEqual(document.getText(), '# Report mine\n\nOne.\nTwo.\nThree.\nFour.\n');
    await commands.executeCommand('undo');
    const wanted = '# Report\n\nOne.\nTwo.\nThree.\nFour.\n';
    await until(() => document.getText() === wanted, 'the report is whole again');
    for (let i = 0; i < 4; i++) await commands.executeCommand('undo');
    await until(() => document.getText() === wanted, 'the report is whole again');
    await report.write('Five.\n');
    await until(() => document.getText() === `${wanted}Five.\n`, 'it goes on');
  });

  it('grows behind other tabs, too', async () => {
    await using report = await growingReport();
    await report.write('# Report\n\n');
    await report.settled();
    const document = documentOf(report);
    const other = await openUnsaved('another one\n', 'plaintext');
    await window.showTextDocument(other, {
      viewColumn: window.tabGroups.all.length,
      preview: false,
    });
    await until(
      () => !window.visibleTextEditors.some((one) => one.document === document),
      'it is hidden',
    );
    await report.write('One.\n'.repeat(100), 60);
    await report.settled();
    strictEqual(document.getText(), `# Report\n\n${'One.\n'.repeat(100)}`);
    strictEqual(window.activeTextEditor?.document, other);
  });

  it('stops when it is closed, and begins anew when it is asked for', async () => {
    await using report = await growingReport();
    await report.write('# Report\n\nOne.\n');
    await report.settled();
    const document = documentOf(report);
    await closeEverything();
    await until(() => document.isClosed, 'it is closed');
    await report.write('Two.\n');
    await until(() => report.mirror.state === 'closed', 'it is known to be closed');
    deepStrictEqual(tabs(), []);
    strictEqual(await readFile(report.path, 'utf8'), '# Report\n\nOne.\nTwo.\n');
    await report.mirror.show();
    await report.settled();
    deepStrictEqual(report.texts(), ['# Report\n\nOne.\nTwo.\n']);
    await report.write('Three.\n');
    await report.settled();
    deepStrictEqual(report.texts(), ['# Report\n\nOne.\nTwo.\nThree.\n']);
  });

  it('goes on in parts, cut between sections, and leaves the rest to the file', async () => {
    const part = { characters: 400, lines: 1000 };
    // Of unsaved text without a tab the editor opens one itself, in a group of its own choice.
    const opened: string[] = [];
    const opening = workspace.onDidOpenTextDocument((document) => opened.push(document.getText()));
    await using report = await growingReport({ part, parts: 3, batchBytes: 64 });
    const { spool } = report;
    const sections: string[] = [];
    for (let n = 0; n < 20; n++) {
      const text = `${`Words of ${n}. `.repeat(8)}\n`;
      await spool.close(await spool.openSection(spool.root, `Section ${n}`, 2, Buffer.from(text)));
      sections.push(`## Section ${n}\n\n${text}`);
    }
    await report.settled();
    opening.dispose();
    strictEqual(report.mirror.state, 'file');
    const texts = report.texts();
    strictEqual(texts.length, 3);
    const whole = sections.join('\n');
    let from = 0;
    for (const [index, text] of texts.entries()) {
      const [, heading = '', body = '', note = ''] =
        /^(# Report, part \d: What is here\?\n\n)?(.*?)\n\n\*(.*)\*\n$/s.exec(text) ?? [];
      strictEqual(heading === '', index === 0);
      ok(body.startsWith('## Section '), text);
      ok(whole.startsWith(body, from), text);
      from = whole.indexOf('## Section', from + body.length);
      ok(
        index === 2 ? note.includes('Open Report File') : note.includes(`part ${index + 2}`),
        note,
      );
      ok(text.length < 600);
    }
    deepStrictEqual(tabs().length, 3);
    deepStrictEqual(opened, ['', '', '']);
    strictEqual(await readFile(report.path, 'utf8'), whole);
  });

  it('says once that it goes on, when the next part can’t be opened at first', async () => {
    await using report = await growingReport({ part: { characters: 400, lines: 1000 } });
    const words = 'A line of words.\n'.repeat(20);
    await report.write(words);
    await report.settled();
    const original = Object.getOwnPropertyDescriptor(workspace, 'openTextDocument');
    ok(original);
    Object.defineProperty(workspace, 'openTextDocument', {
      ...original,
      value: async () => {
        throw new Error('Not now.');
      },
    });
    try {
      await report.write(words);
      await until(() => report.troubles.length > 0, 'it could not be opened');
    } finally {
      Object.defineProperty(workspace, 'openTextDocument', original);
    }
    await report.write('The end.\n');
    await report.settled();
    const [first = '', second = '', ...more] = report.texts();
    strictEqual(first.split('goes on in part 2').length, 2);
    ok(second.endsWith('The end.\n'));
    strictEqual(more.length, 0);
  });

  it('finds a section wherever the user moved it', async () => {
    await using report = await growingReport();
    const { spool } = report;
    const ids: number[] = [];
    for (const title of ['A', 'B', 'C']) {
      const id = await spool.openSection(spool.root, title, 2, Buffer.from('Words.\n'.repeat(100)));
      await spool.close(id);
      ids.push(id);
    }
    await report.settled();
    const document = documentOf(report);
    await type(document, 0, 'Mine.\n\n');
    const wanted = ids[2] ?? 0;
    ok(await report.mirror.reveal(wanted));
    const line = window.activeTextEditor?.selection.active.line ?? -1;
    strictEqual(document.lineAt(line).text, '## C');
    const at = document.getText().indexOf('## C');
    const editor = editorOf(document);
    await editor.edit((edit) =>
      edit.delete(new Selection(document.positionAt(at), document.positionAt(at + 5))),
    );
    strictEqual(await report.mirror.reveal(wanted), false);
  });

  it('waits for a section that is written until it is in the document', async () => {
    await using report = await growingReport({ batchBytes: 256 });
    const { spool, mirror } = report;
    const ids: number[] = [];
    for (const title of ['A', 'B', 'C']) {
      const id = await spool.openSection(spool.root, title, 2, Buffer.from('Words.\n'.repeat(100)));
      await spool.close(id);
      ids.push(id);
    }
    const last = ids[2] ?? 0;
    strictEqual(mirror.awaits(last), true);
    strictEqual(await mirror.reveal(last), false);
    await mirror.arrival(last, new AbortController().signal);
    ok(await mirror.reveal(last));
    const line = window.activeTextEditor?.selection.active.line ?? -1;
    strictEqual(documentOf(report).lineAt(line).text, '## C');
    strictEqual(mirror.awaits(last), false);
    strictEqual(mirror.awaits(ids[0] ?? 0), false);
  });

  it('waits for nothing that does not come', async () => {
    await using report = await growingReport();
    const { spool, mirror } = report;
    const reserved = await spool.openSection(spool.root, 'A', 2);
    const later = await spool.openSection(spool.root, 'B', 2, Buffer.from('Words.\n'));
    strictEqual(mirror.awaits(later), false);
    await mirror.arrival(later, new AbortController().signal);
    await report.settled();
    await closeEverything();
    await until(() => mirror.growing.length === 0, 'it is known to be closed');
    await spool.close(reserved);
    await mirror.arrival(later, new AbortController().signal);
    strictEqual(await mirror.reveal(later), false);
  });

  it('is shown once when it is asked for while it opens', async () => {
    await using report = await growingReport();
    await report.write('# Report\n');
    await report.mirror.show();
    await report.settled();
    strictEqual(window.activeTextEditor?.document, documentOf(report));
    strictEqual(tabs().length, 1);
  });

  it('follows the user to other line ends', async () => {
    await using report = await growingReport();
    await report.write('# Report\n\nOne.\n');
    await report.settled();
    const document = documentOf(report);
    await window.showTextDocument(document);
    await editorOf(document).edit((edit) => edit.setEndOfLine(2));
    await report.write('Two.\n');
    await report.settled();
    strictEqual(document.getText(), '# Report\r\n\r\nOne.\r\nTwo.\r\n');
  });
});
