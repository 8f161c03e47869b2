import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { commands, type QuickPickItem, type SaveDialogOptions, Uri } from 'vscode';
import { ask, closeEverything, replaceInWindow } from './extensionHost';
import { cell, submission, useScriptedModel } from './scriptedModel';

describe('exporting a run', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fathom-export-'));
  });
  afterEach(async () => {
    await closeEverything();
    await rm(folder, { recursive: true, force: true });
  });

  /** Picks what begins like that, one list after another, and saves under the name that is proposed. */
  async function exportAs(run: string, format: string, into = folder): Promise<string | null> {
    const wanted = [run, format];
    using _pick = replaceInWindow('showQuickPick', async (items: readonly QuickPickItem[]) => {
      const label = wanted.shift() ?? '';
      const item = items.find((candidate) => candidate.label.startsWith(label));
      ok(item, `${label} is not offered.`);
      return item;
    });
    using _save = replaceInWindow('showSaveDialog', async (options: SaveDialogOptions) => {
      const name = options.defaultUri?.path.split('/').at(-1);
      ok(name, 'No name is proposed.');
      return Uri.file(join(into, name));
    });
    const saved = await commands.executeCommand<Uri | null>('fathom.exportRun');
    deepStrictEqual(wanted, []);
    return saved?.fsPath ?? null;
  }

  it('saves it as Markdown, for the visualizer, and as it was logged', async () => {
    await using _model = await useScriptedModel([
      cell('print(grep("RETRIES"))'),
      submission('Five times, see `src/gauge.py:5`.'),
      submission('Another run.'),
    ]);
    await ask('How often is it tried?');
    await ask('What else is there?');

    const markdown = await exportAs('How often is it tried?', 'Markdown');
    match(markdown ?? '', /[\\/][\w-]+\.md$/);
    const text = await readFile(markdown ?? '', 'utf8');
    match(text, /^# How often is it tried\?\n/);
    match(text, /## Answer\n\nFive times, see `src\/gauge\.py:5`\./);
    ok(!text.includes('Another run.'));

    const visualizer = await exportAs('How often is it tried?', 'JSONL for the RLM visualizer');
    match(visualizer ?? '', /\.visualizer\.jsonl$/);
    const lines = (await readFile(visualizer ?? '', 'utf8')).trim().split('\n');
    deepStrictEqual(
      lines.map((line) => JSON.parse(line).type),
      ['metadata', 'iteration', 'iteration'],
    );

    const log = await exportAs('How often is it tried?', 'Run log');
    const [first = ''] = (await readFile(log ?? '', 'utf8')).split('\n');
    match(first, /How often is it tried\?/);
    strictEqual((await readdir(folder)).length, 3);
  });

  it('says why when it cannot be saved', async () => {
    await using _model = await useScriptedModel([submission('Yes.')]);
    await ask('Can it be kept?');
    const shown: string[] = [];
    using _ = replaceInWindow('showErrorMessage', async (message: string) => {
      shown.push(message);
    });
    // The folder to save in is a file.
    const file = await exportAs('Can it be kept?', 'Markdown');
    strictEqual(await exportAs('Can it be kept?', 'Markdown', file ?? ''), null);
    match(shown[0] ?? '', /^The run could not be exported: /);
  });
});
