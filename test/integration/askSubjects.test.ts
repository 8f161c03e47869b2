import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import {
  commands,
  type DocumentLink,
  NotebookRange,
  Range,
  Selection,
  type TextEditor,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Asked } from '../../src/editor/running/askWithModel';
import { makePdf } from '../host/makePdf';
import {
  closeEverything,
  openUnsaved,
  replaceInWindow,
  textOf,
  until,
  workspaceFolder,
} from './extensionHost';
import { cell, submission, useScriptedModel } from './scriptedModel';

const inWorkspace = (path: string) => Uri.joinPath(workspaceFolder().uri, path);

/** Runs a command as a menu does, with the question that would be typed. */
async function askOf(command: string, question: string, ...uris: readonly Uri[]): Promise<Asked> {
  const asked = await commands.executeCommand<Asked | undefined>(command, uris[0], uris, {
    question,
  });
  ok(asked, 'Nothing was asked.');
  return asked;
}

async function linksIn(document: Uri): Promise<readonly DocumentLink[]> {
  return commands.executeCommand<DocumentLink[]>('vscode.executeLinkProvider', document);
}

/** The place that the link to a citation leads to. */
async function linkOf(document: Uri, citation: string): Promise<DocumentLink | undefined> {
  const open = await workspace.openTextDocument(document);
  return (await linksIn(document)).find(({ range }) => open.getText(range) === citation);
}

/** A file of the workspace until it is disposed. */
async function temporaryFile(
  name: string,
  content: Uint8Array,
): Promise<AsyncDisposable & { uri: Uri }> {
  const uri = inWorkspace(name);
  await workspace.fs.writeFile(uri, content);
  return { uri, [Symbol.asyncDispose]: async () => workspace.fs.delete(uri) };
}

describe('asking about files, a selection or a folder', () => {
  afterEach(closeEverything);

  it('asks about a file, as a str with its name, and follows up on it', async () => {
    await using model = await useScriptedModel([
      cell('print(type(context).__name__, grep("RETRIES")[0])'),
      submission('Five times: `src/gauge.py:5`.'),
      cell('print("again", type(context).__name__)'),
      submission('Still a file.'),
    ]);
    const { status, document } = await askOf(
      'fathom.askFile',
      'How often?',
      inWorkspace('src/gauge.py'),
    );
    strictEqual(status, 'answered');
    match(model.server.requests[1]?.prompt ?? '', /str src\/gauge\.py:5: RETRIES = 5/);
    match(await textOf(document), /Citations: 1 read/);
    const link = await linkOf(document, 'src/gauge.py:5');
    strictEqual(link?.target?.path, inWorkspace('src/gauge.py').path);
    const followed = await commands.executeCommand<Asked | undefined>('fathom.askFollowUp', {
      question: 'And now?',
    });
    strictEqual(followed?.status, 'answered');
    match(model.server.requests[3]?.prompt ?? '', /again str/);
  });

  it('asks about several files, as a list of them', async () => {
    await using model = await useScriptedModel([
      cell('print(len(context), [file.path for file in files()])'),
      submission('Two.'),
    ]);
    await askOf(
      'fathom.askFile',
      'How many?',
      inWorkspace('src/gauge.py'),
      inWorkspace('README.md'),
    );
    match(model.server.requests[1]?.prompt ?? '', /2 \['src\/gauge\.py', 'README\.md'\]/);
  });

  it('asks about a PDF, with its pages', async () => {
    const pages = [['Cover'], ['The valve opens at 4.2 bar.'], ['Index']];
    await using file = await temporaryFile('manual.pdf', makePdf(pages));
    await using model = await useScriptedModel([
      cell('hit = grep("opens at")[0]\nprint(hit)'),
      cell('answer["content"] = f"At 4.2 bar, see `{cite(hit)}`."\nanswer["ready"] = True'),
    ]);
    const { document } = await askOf('fathom.askFile', 'When does it open?', file.uri);
    match(model.server.requests[1]?.prompt ?? '', /manual\.pdf:5: The valve opens at 4\.2 bar\./);
    match(await textOf(document), /At 4\.2 bar, see `manual\.pdf:5` \(page 2\)\./);
    const link = await linkOf(document, 'manual.pdf:5');
    strictEqual(link?.target?.path, file.uri.path);
    strictEqual(link?.target?.fragment, '');
    strictEqual(link?.tooltip, 'manual.pdf, page 2');
  });

  it('asks about what is selected, and cites the lines of its file', async () => {
    await using model = await useScriptedModel([
      cell('print(repr(context[:20]), grep("RETRIES")[0], chunks()[0].pieces)'),
      submission('Five: `src/gauge.py:5`.'),
    ]);
    const document = await workspace.openTextDocument(inWorkspace('src/gauge.py'));
    const editor = await window.showTextDocument(document);
    editor.selection = new Selection(4, 0, 6, 0);
    const asked = await commands.executeCommand<Asked | undefined>('fathom.askSelection', {
      question: 'What is here?',
    });
    strictEqual(asked?.status, 'answered');
    const seen = model.server.requests[1]?.prompt ?? '';
    match(seen, /src\/gauge\.py:5: RETRIES = 5/);
    match(seen, /start=5, end=6/);
    match(await textOf(asked.document), /Citations: 1 read/);
  });

  it('asks about a selection of a document that was never saved', async () => {
    await using model = await useScriptedModel([cell('print(context)'), submission('Three.')]);
    const document = await openUnsaved('one\ntwo\nthree\n', 'plaintext');
    const editor = await window.showTextDocument(document);
    editor.selection = new Selection(1, 0, 2, 5);
    const asked = await commands.executeCommand<Asked | undefined>('fathom.askSelection', {
      question: 'What comes last?',
    });
    strictEqual(asked?.status, 'answered');
    match(model.server.requests[1]?.prompt ?? '', /two\nthree/);
  });

  it('asks about a file as it is in the editor, saved or not', async () => {
    await using model = await useScriptedModel([cell('print(context[:30])'), submission('Done.')]);
    const document = await workspace.openTextDocument(inWorkspace('README.md'));
    const editor = await window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new Range(0, 0, 0, 0).start, 'NOT SAVED YET\n'));
    await askOf('fathom.askFile', 'What is it?', document.uri);
    match(model.server.requests[1]?.prompt ?? '', /NOT SAVED YET/);
  });

  describe('of a notebook', () => {
    const notebook = {
      cells: [
        { cell_type: 'markdown', metadata: {}, source: ['# Tides\n'] },
        {
          cell_type: 'code',
          execution_count: 1,
          metadata: {},
          outputs: [{ output_type: 'stream', name: 'stdout', text: ['high\n'] }],
          source: ['level = 4\n', 'limit = 7\n', 'print("high")'],
        },
      ],
      metadata: { language_info: { name: 'python' } },
      nbformat: 4,
      nbformat_minor: 5,
    };
    const written = () => temporaryFile('tides.ipynb', Buffer.from(JSON.stringify(notebook)));

    /** Opens it with the cursor in its code. */
    async function openInCell(uri: Uri): Promise<TextEditor> {
      const opened = await workspace.openNotebookDocument(uri);
      const selections = [new NotebookRange(1, 2)];
      await window.showNotebookDocument(opened, { selections });
      await commands.executeCommand('notebook.cell.edit');
      const code = opened.cellAt(1).document.uri.toString();
      const active = () => window.activeTextEditor;
      await until(() => active()?.document.uri.toString() === code, 'the cursor is in the cell');
      const editor = active();
      ok(editor);
      return editor;
    }

    it('asks about all of it, not the cell that the cursor is in', async () => {
      await using file = await written();
      await using model = await useScriptedModel([cell('print(context)'), submission('Tides.')]);
      await openInCell(file.uri);
      const asked = await commands.executeCommand<Asked | undefined>(
        'fathom.askFile',
        undefined,
        undefined,
        { question: 'What is it?' },
      );
      strictEqual(asked?.status, 'answered');
      match(
        model.server.requests[1]?.prompt ?? '',
        /=== cell 1: markdown ===\n# Tides\n\n=== cell 2: python code ===\nlevel = 4[\s\S]*--- output ---\nhigh/,
      );
    });

    it('asks about cells as they are in the editor, saved or not', async () => {
      await using file = await written();
      await using model = await useScriptedModel([
        cell('print(context)'),
        submission('Eight: `tides.ipynb:6`.'),
      ]);
      const editor = await openInCell(file.uri);
      await editor.edit((edit) => edit.replace(new Range(1, 8, 1, 9), '8'));
      const { document } = await askOf('fathom.askFile', 'Which limit?', file.uri);
      match(
        model.server.requests[1]?.prompt ?? '',
        /=== cell 1: markdown ===\n# Tides\n\n=== cell 2: python code ===\nlevel = 4\nlimit = 8\nprint\("high"\)\n\[output left out: the notebook is not saved\]/,
      );
      match(await textOf(document), /Eight: `tides\.ipynb:6` \(cell 2\)\./);
    });

    it('asks about a selection, and names its cell', async () => {
      await using file = await written();
      await using model = await useScriptedModel([
        cell('print(context, chunks()[0].pieces)'),
        submission('Seven: `tides.ipynb:2`.'),
      ]);
      const editor = await openInCell(file.uri);
      editor.selection = new Selection(1, 0, 2, 0);
      const asked = await commands.executeCommand<Asked | undefined>('fathom.askSelection', {
        question: 'Which limit?',
      });
      strictEqual(asked?.status, 'answered');
      match(model.server.requests[1]?.prompt ?? '', /limit = 7/);
      match(await textOf(asked.document), /Seven: `tides\.ipynb:2` \(cell 2\)\./);
      const link = await linkOf(asked.document, 'tides.ipynb:2');
      strictEqual(link?.target?.path, file.uri.path);
    });
  });

  it('asks about a folder, with paths as in the workspace', async () => {
    await using model = await useScriptedModel([
      cell(
        'print([file.path for file in files()])\nprint(tree("src"))\nprint(grep("RETRIES", glob="src/**"))',
      ),
      submission('In `src/gauge.py:5`.'),
    ]);
    const { status, document } = await askOf('fathom.askFolder', 'Where?', inWorkspace('src'));
    strictEqual(status, 'answered');
    const seen = model.server.requests[1]?.prompt ?? '';
    match(seen, /\['src\/gauge\.py', 'src\/tides\.py', 'src\/warnings\.py'\]/);
    match(seen, /src\/gauge\.py:5: RETRIES = 5/);
    const link = await linkOf(document, 'src/gauge.py:5');
    strictEqual(link?.target?.path, inWorkspace('src/gauge.py').path);
  });

  it('says what it can not ask about', async () => {
    const shown: string[] = [];
    using _ = replaceInWindow('showInformationMessage', async (message: string) => {
      shown.push(message);
    });
    const mixed = [inWorkspace('src'), inWorkspace('README.md')];
    await commands.executeCommand('fathom.askFile', mixed[0], mixed, { question: 'What?' });
    await commands.executeCommand('fathom.askSelection', { question: 'What?' });
    deepStrictEqual(shown, [
      'Choose either files or folders: a question is about one or the other.',
      'Select some text in an editor first.',
    ]);
  });

  it('says why a file can not be read, and sends no secrets', async () => {
    await using scan = await temporaryFile('scan.pdf', makePdf([[]]));
    await using secret = await temporaryFile('.env', Buffer.from('KEY=1'));
    await using model = await useScriptedModel([]);
    const errors: string[] = [];
    using _ = replaceInWindow('showErrorMessage', async (message: string) => {
      errors.push(message);
    });
    const { document } = await askOf('fathom.askFile', 'What is it?', scan.uri);
    match(await textOf(document), /scan\.pdf has no text: its page is a picture/);
    await closeEverything();
    const { document: refused } = await askOf('fathom.askFile', 'What is it?', secret.uri);
    match(
      await textOf(refused),
      /\.env looks like environment variables, and secret files are not sent/,
    );
    await until(() => errors.length >= 2, 'both are shown');
    strictEqual(model.server.requests.length, 0);
  });
});
