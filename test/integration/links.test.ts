import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { commands, type DocumentLink, Position, WorkspaceEdit, window, workspace } from 'vscode';
import {
  activateFathom,
  closeEverything,
  openUnsaved,
  until,
  workspaceFolder,
} from './extensionHost';

const footer = '\n---\n\nFathom · test-model · 1 turn · 12 s\n';

/** The links that Fathom makes in a Markdown text: the words and where they lead. */
async function linksIn(text: string): Promise<(readonly [string, string])[]> {
  await activateFathom();
  const document = await openUnsaved(text);
  const links = await commands.executeCommand<DocumentLink[]>(
    'vscode.executeLinkProvider',
    document.uri,
  );
  const root = workspaceFolder().uri.path;
  return links.flatMap(({ range, target }) =>
    target?.fragment.startsWith('L')
      ? [[document.getText(range), `${target.path.replace(`${root}/`, '')}#${target.fragment}`]]
      : [],
  );
}

describe('citations', () => {
  afterEach(closeEverything);

  it('are links, in prose and in backticks', async () => {
    const text = `See src/gauge.py:5, (src/tides.py:24-26) and \`docs/protocol.md:3\`.\n${footer}`;
    deepStrictEqual(await linksIn(text), [
      ['src/gauge.py:5', 'src/gauge.py#L5,1-L6,1'],
      ['src/tides.py:24-26', 'src/tides.py#L24,1-L27,1'],
      ['docs/protocol.md:3', 'docs/protocol.md#L3,1-L4,1'],
    ]);
  });

  it('are no links when there is no such file, or it is outside', async () => {
    const text = `src/nowhere.py:1, 127.0.0.1:80, ../../etc/passwd:1, /etc/passwd:1, \`~/x:1\`\n${footer}`;
    deepStrictEqual(await linksIn(text), []);
  });

  it('are links in a report, too, and follow it while it is edited', async () => {
    const report = 'See `src/gauge.py:5`.\n\n*Written by Fathom with test-model.*\n';
    const document = await openUnsaved(report);
    const cited = async () => {
      const links = await commands.executeCommand<DocumentLink[]>(
        'vscode.executeLinkProvider',
        document.uri,
      );
      return links.flatMap(({ range, target }) =>
        target?.fragment.startsWith('L') ? [document.getText(range)] : [],
      );
    };
    deepStrictEqual(await cited(), ['src/gauge.py:5']);
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, new Position(0, 0), '# Gauges\n\nAlso src/tides.py:2.\n\n');
    ok(await workspace.applyEdit(edit));
    deepStrictEqual(await cited(), ['src/tides.py:2', 'src/gauge.py:5']);
    const fence = new WorkspaceEdit();
    fence.insert(document.uri, new Position(1, 0), '```\n');
    ok(await workspace.applyEdit(fence));
    deepStrictEqual(await cited(), []);
  });

  it('are plain text in a document that is no answer', async () => {
    deepStrictEqual(await linksIn('# Notes\n\nSee src/gauge.py:5.\n'), []);
  });

  it('open the file with the lines selected', async () => {
    const text = `See \`src/gauge.py:16-18\`.\n${footer}`;
    const document = await openUnsaved(text);
    const links = await commands.executeCommand<DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const target = links.find(
      (link) => document.getText(link.range) === 'src/gauge.py:16-18',
    )?.target;
    ok(target);
    await commands.executeCommand('vscode.open', target);
    const isOpen = () => window.activeTextEditor?.document.uri.path.endsWith('/src/gauge.py');
    const line = () => window.activeTextEditor?.selection.start.line;
    await until(() => isOpen() === true && line() === 15, 'the file is open at that line');
    const editor = window.activeTextEditor;
    ok(editor);
    strictEqual(editor.document.getText(editor.selection).split('\n').length, 4);
  });
});
