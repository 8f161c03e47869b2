import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { commands, type DocumentLink, Uri, window, workspace } from 'vscode';
import { activateFathom, ask, closeEverything, textOf, withSettings } from './extensionHost';

describe('asking the offline model', () => {
  let settings: AsyncDisposable;

  before(async () => {
    settings = await withSettings({ 'fathom.offline': true });
  });
  after(() => settings[Symbol.asyncDispose]());
  afterEach(closeEverything);

  it('writes heading, answer and citations into a Markdown document', async () => {
    const question = 'How is the checksum of a gauge line computed?';
    const { status, document } = await ask(question);
    const text = await textOf(document);

    strictEqual(status, 'answered');
    strictEqual(document.scheme, 'untitled');
    strictEqual((await workspace.openTextDocument(document)).languageId, 'markdown');
    ok(text.startsWith(`# ${question}\n\n`), text);
    match(text, /src\/gauge\.py:\d+/);
    match(text, /^Fathom · offline model \(keyword search, no language model\) · /m);
    match(text, /^Citations: (?:\d+ quoted, )?\d+ read {2}$/m);
    strictEqual((await activateFathom()).engineLoaded(), true);
  });

  it('leaves a log of the run where the answer says', async () => {
    const { document } = await ask('Where is the tide predicted?');
    const path = /^Run log: `(.+)`$/m.exec(await textOf(document))?.[1];
    ok(path);
    const log = Buffer.from(await workspace.fs.readFile(Uri.file(path))).toString('utf8');
    match(log, /"type":"run-started"/);
  });

  it('makes each citation a link to an existing file, with its lines', async () => {
    const { document } = await ask('How is the checksum of a gauge line computed?');
    const links = await commands.executeCommand<DocumentLink[]>(
      'vscode.executeLinkProvider',
      document,
    );
    const places = links.filter(({ target }) => target?.fragment.startsWith('L'));
    ok(places.length > 0, 'There is no link.');
    for (const { target } of places) {
      ok(target);
      match(target.fragment, /^L\d+,1-L\d+,1$/);
      await workspace.fs.stat(target.with({ fragment: '' }));
    }
  });

  it('shows an unsaved edit rather than the disk', async () => {
    const folder = workspace.workspaceFolders?.[0];
    ok(folder);
    const uri = Uri.joinPath(folder.uri, 'src', 'tides.py');
    const editor = await window.showTextDocument(uri);
    await editor.edit((edit) => edit.insert(editor.document.positionAt(0), '# Quokka almanac\n'));
    const { document } = await ask('Where is the quokka almanac?');
    match(await textOf(document), /src\/tides\.py:1\b/);
  });

  it('answers several questions at once, each in its own document', async () => {
    const asked = await Promise.all([
      ask('How is the checksum computed?'),
      ask('Where is low water predicted?'),
    ]);
    deepStrictEqual(
      asked.map(({ status }) => status),
      ['answered', 'answered'],
    );
    const texts = await Promise.all(asked.map(({ document }) => textOf(document)));
    ok(texts[0]?.startsWith('# How is the checksum computed?'));
    ok(texts[1]?.startsWith('# Where is low water predicted?'));
  });
});
