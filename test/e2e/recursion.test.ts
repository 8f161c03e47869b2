import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseColorTheme, colorThemes } from '../host/colorTheme';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import type { ModelRequest, ScriptedReply } from '../host/modelScript';
import { type ModelServer, startModelServer } from '../host/modelServer';
import {
  accessibilityFindings,
  frameOf,
  openRecursionView,
  openRow,
  runLogs,
  shownRows,
  treeOfLastLog,
  viewFrame,
} from '../host/recursionView';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

const question = 'How is a gauge read, and what happens when it is silent?';
const hostile =
  '<img src=x onerror=alert(1)> [run](command:fathom.stopRuns) \u001b[31mred \u202egnol';

const cell = (intention: string, code: string) => `${intention}\n\n\`\`\`repl\n${code}\n\`\`\``;

/** Sub-calls that wait for this are in flight for as long as the test wants. */
let gate = Promise.withResolvers<void>();

async function say(request: ModelRequest): Promise<ScriptedReply> {
  if (request.speaker === 'sub') {
    if (request.prompt.includes('part 5')) await gate.promise;
    return { text: `The line says so. ${hostile}`, usage: { prompt: 900, completion: 40 } };
  }
  const asked = /<question>\n([\s\S]*?)\n<\/question>/.exec(
    request.messages[1]?.content ?? '',
  )?.[1];
  const turn = request.messages.filter(({ role }) => role === 'assistant').length + 1;
  const usage = { prompt: 4000 + 1200 * turn, completion: 80 };
  if (asked !== question) {
    return turn === 1
      ? { text: cell('Read how silence is told.', 'print(read("src/warnings.py"))'), usage }
      : { text: cell('Say it.', 'FINAL("After three tries.")'), usage };
  }
  switch (turn) {
    case 1:
      return {
        text: cell(
          'Look at what there is.',
          'print(tree(depth=2))\nprint(grep("checksum"))\nraise ValueError("not there")',
        ),
        usage,
      };
    case 2:
      return {
        text: cell(
          'Ask about each part.',
          'text = read("src/gauge.py")\nnotes = llm_query_batched([f"part {n}: what is this?\\n{text}" for n in range(8)])\nprint(len(notes))\nprint(rlm_query("When is a gauge silent?"))',
        ),
        usage,
      };
    default:
      return {
        text: cell('Answer.', 'FINAL("A gauge is read line by line (src/gauge.py:1-5).")'),
        usage,
      };
  }
}

let temporary: TemporaryFolder;
let server: ModelServer;
let workbench: Workbench;
let view: FrameLocator;

beforeAll(async () => {
  temporary = await temporaryFolder('recursion');
  server = await startModelServer(say);
  const folder = await copyFixtureWorkspace(temporary.path);
  // So much that the question is not simply put to the model together with all there is.
  await writeFile(join(folder, 'readings.csv'), 'gauge,metres\n'.repeat(4_000));
  workbench = await openWorkbench({
    folder,
    extensions: [projectFolder],
    settings: {
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.reduceMotion': 'on',
      'editor.minimap.enabled': false,
      'fathom.model': 'gpt-5',
      'fathom.subModel': 'gpt-5-mini',
      'fathom.kernel': 'native',
      'fathom.directAnswers': false,
      'fathom.cache': false,
      'fathom.limits.maxDepth': 2,
    },
    machineSettings: { 'fathom.baseUrl': server.url },
    size: { width: 1200, height: 800 },
  });
});

afterAll(async () => {
  gate.resolve();
  await workbench?.[Symbol.asyncDispose]();
  await server?.close();
  await temporary?.[Symbol.asyncDispose]();
});

/** Pictures of the README and the walkthrough, taken anew when that is asked for. */
const published = new Map([
  ...['dark', 'light', 'high-contrast', 'live'].map((name) => [name, name] as const),
  ['dark-timeline', 'timeline'],
]);

async function keepPicture(name: string): Promise<void> {
  const wanted = process.env['FATHOM_PICTURES'] === undefined ? undefined : published.get(name);
  const folder = wanted === undefined ? testResultsFolder : join(projectFolder, 'media');
  await mkdir(folder, { recursive: true });
  await workbench.page.screenshot({ path: join(folder, `recursion-${wanted ?? name}.png`) });
}

const rows = () => shownRows(view);

test('it says what it is, and takes a question by keyboard', async () => {
  await withEvidence(workbench, 'recursion-ask', async ({ page }) => {
    view = await openRecursionView(workbench);
    await view.getByText('Model: gpt-5 + gpt-5-mini').waitFor();
    await keepPicture('empty');
    expect(await accessibilityFindings(await frameOf(view))).toEqual([]);
    await view.getByLabel('Your question').fill(question);
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Go on without' }).click();
    await view.getByRole('treeitem', { name: /Ask about each part/ }).waitFor();
    await view.getByRole('treeitem', { name: /8 sub-calls.*7 done, 1 running/ }).waitFor();
  });
});

test('a run unfolds while it goes on', async () => {
  await withEvidence(workbench, 'recursion-live', async () => {
    await expect
      .poll(rows)
      .toEqual([
        'Look at what there is · ValueError',
        '  tree, depth 2',
        '  grep "checksum" → 6 in 3 files',
        'Ask about each part',
        '  read src/gauge.py:1-37',
        '  8 sub-calls · 7 done, 1 running',
      ]);
    await keepPicture('live');
  });
});

test('hidden and shown again in the middle of a run, it has lost nothing', async () => {
  await withEvidence(workbench, 'recursion-hide', async ({ page }) => {
    await view.getByRole('treeitem', { name: /8 sub-calls/ }).click();
    await openRow(view.getByRole('treeitem', { name: /8 sub-calls/ }));
    await view.getByRole('treeitem', { name: /part 3/ }).waitFor();
    await expect.poll(rows).toHaveLength(14);
    const before = await rows();
    await workbench.runCommand('View: Show Explorer');
    await page.locator('.explorer-viewlet').waitFor();
    view = await openRecursionView(workbench);
    await expect.poll(rows).toEqual(before);
  });
});

test('its rows, figures and nesting are what the log says', async () => {
  await withEvidence(workbench, 'recursion-log', async () => {
    gate.resolve();
    await view.getByRole('treeitem', { name: /Answer · 1 citation/ }).waitFor();
    await view.getByRole('button', { name: 'Ask again', exact: true }).waitFor();
    const logged = async () => {
      const tree = await treeOfLastLog(workbench);
      return { tree, root: tree.root === null ? undefined : tree.nodes.get(tree.root) };
    };
    await expect.poll(async () => (await logged()).root?.status).toBe('ok');
    const { tree, root } = await logged();
    const child = [...tree.nodes.values()].find(({ kind }) => kind === 'child');
    expect(child?.totals.calls).toBe(2);
    await view.getByRole('treeitem', { name: /When is a gauge silent/ }).click();
    await openRow(view.getByRole('treeitem', { name: /When is a gauge silent/ }));
    await view.getByRole('treeitem', { name: /^Turn: Say it/ }).waitFor();
    await expect.poll(async () => (await rows()).at(-1)).toMatch(/1 citation: 1 read$/);
    const drawn = await rows();
    expect(drawn.slice(0, 6)).toEqual([
      'Look at what there is · ValueError',
      '  tree, depth 2',
      '  grep "checksum" → 6 in 3 files',
      'Ask about each part',
      '  read src/gauge.py:1-37',
      '  8 sub-calls',
    ]);
    expect(drawn.slice(14)).toEqual([
      '  When is a gauge silent?',
      '    Read how silence is told',
      '      read src/warnings.py:1-11',
      '    Say it',
      'Answer',
      'Answer · 1 citation: 1 read',
    ]);
    const batch = view.getByRole('treeitem', { name: /^Batch: 8 sub-calls/ });
    await expect.poll(() => batch.textContent()).toContain('7.5k tokens');
    const tokens = (root?.totals.inputTokens ?? 0) + (root?.totals.outputTokens ?? 0);
    expect(tokens).toBe(8 * 940 + 5280 + 6480 + 7680 + 5280 + 6480);
    const line = view.locator('.figures-line');
    await expect.poll(() => line.textContent()).toContain('39k tokens');
    expect(await line.textContent()).toContain(`${root?.totals.calls} calls`);
  });
});

test('the texts of models are only ever text', async () => {
  await withEvidence(workbench, 'recursion-text', async () => {
    await view.getByRole('treeitem', { name: /part 3/ }).click();
    await view.getByRole('tab', { name: 'Response' }).click();
    const text = view.locator('.code').first();
    await expect
      .poll(() => text.textContent())
      .toContain('<img src=x onerror=alert(1)> [run](command:fathom.stopRuns) ⟨ESC⟩[31mred');
    expect(await text.textContent()).toContain('⟨U+202E⟩');
    expect(await view.locator('img, a').count()).toBe(0);
    await view.getByRole('treeitem', { name: /Ask about each part/ }).click();
    await view.getByRole('tab', { name: 'Code' }).click();
    await view.locator('.hljs-string').first().waitFor();
    await keepPicture('detail');
  });
});

test('a text opens as a read-only document', async () => {
  await withEvidence(workbench, 'recursion-open', async ({ page }) => {
    await view.getByRole('button', { name: 'Open code in an editor' }).click();
    await page.locator('.tabs-container .tab.active', { hasText: /Code n\d+\.py/ }).waitFor();
    await page.locator('.view-line', { hasText: 'llm_query_batched' }).first().waitFor();
  });
});

/** What the Tab key comes to, one after the other, from the first to the last of the view. */
async function tabStops(first: Locator): Promise<string[]> {
  await first.focus();
  const names: string[] = [];
  for (;;) {
    const name = await focusedName();
    if (name === '' || names.includes(name) || names.length > 60) return names;
    names.push(name);
    await workbench.page.keyboard.press('Tab');
  }
}

async function focusedName(): Promise<string> {
  const focused = view.locator(':focus');
  if ((await focused.count()) === 0) return '';
  return focused.evaluate((element) => element.ariaLabel ?? element.textContent ?? '');
}

/** Goes to what is called so by the Tab key alone. */
async function tabTo(name: RegExp): Promise<void> {
  for (let stop = 0; stop < 60; stop++) {
    if (name.test(await focusedName())) return;
    await workbench.page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key does not come to ${name}.`);
}

test('the Tab key comes to everything there is of a run', async () => {
  await withEvidence(workbench, 'recursion-tab', async () => {
    const stops = await tabStops(view.locator('.question'));
    expect(stops).toEqual(
      [
        expect.stringMatching(/^How is a gauge read/),
        'Ask again',
        expect.stringMatching(/^Budget/),
        'Tree',
        'Filter',
        'Collapse what is finished',
        expect.stringMatching(/^Turn: Ask about each part/),
        'Size of the details',
        'Ask again from here',
        'Close details',
        'Code',
        'Copy code',
        'Open code in an editor',
        'Code',
      ].slice(0, stops.length),
    );
    expect(stops.length).toBeGreaterThanOrEqual(13);
  });
});

test('the tree and its filter are used by keyboard', async () => {
  await withEvidence(workbench, 'recursion-keyboard', async ({ page }) => {
    await view.getByRole('treeitem').first().focus();
    await page.keyboard.press('End');
    await expect.poll(focusedName).toMatch(/^Answer: Answer · 1 citation/);
    await page.keyboard.press('Home');
    await expect.poll(focusedName).toMatch(/^Turn: Look at what there is/);
    await page.keyboard.type('ask');
    await expect.poll(focusedName).toMatch(/^Turn: Ask about each part/);
    await page.keyboard.press('ArrowLeft');
    await view.getByRole('treeitem', { name: /8 sub-calls/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(focusedName).toMatch(/^Search: read src\/gauge.py/);
    await page.keyboard.press('Enter');
    await view.getByRole('region', { name: /Details of read/ }).waitFor();

    await view.locator('.question').focus();
    await tabTo(/^Filter$/);
    await page.keyboard.press('Enter');
    await view.getByRole('search').waitFor();
    await tabTo(/^Filter by text/);
    await page.keyboard.type('silent');
    await expect.poll(rows).toEqual(['Ask about each part', '  When is a gauge silent?']);
    await keepPicture('filter');
    expect(await accessibilityFindings(await frameOf(view))).toEqual([]);
    await tabTo(/^Filter by kind/);
    await page.keyboard.press('ArrowDown');
    await expect.poll(rows).not.toContain('  When is a gauge silent?');
    await view.getByLabel('Filter by text').focus();
    await tabTo(/^Clear the filter/);
    await page.keyboard.press('Enter');
    await view.getByRole('treeitem', { name: /8 sub-calls/ }).waitFor();
    await view.getByLabel('Filter by text').focus();
    await page.keyboard.press('Escape');
    await view.getByRole('search').waitFor({ state: 'detached' });
  });
});

test('the details are used by keyboard', async () => {
  await withEvidence(workbench, 'recursion-keyboard-detail', async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await view.getByRole('treeitem', { name: /^Turn: Ask about each part/ }).focus();
    await page.keyboard.press('Enter');
    await tabTo(/^Size of the details/);
    const size = () => view.getByRole('separator').getAttribute('aria-valuenow');
    const before = await size();
    await page.keyboard.press('ArrowUp');
    await expect.poll(size).not.toBe(before);
    await page.keyboard.press('ArrowDown');
    await expect.poll(size).toBe(before);
    await tabTo(/^Code$/);
    await page.keyboard.press('End');
    await view.getByRole('tab', { name: 'Prompt', selected: true }).waitFor();
    await page.keyboard.press('Home');
    await tabTo(/^Copy code/);
    await page.keyboard.press('Enter');
    await page.locator('.statusbar-item', { hasText: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('llm_query_batched');
    await view.getByRole('button', { name: 'Close details' }).focus();
    await page.keyboard.press('Enter');
    await view.getByRole('region', { name: /Details/ }).waitFor({ state: 'detached' });
    await expect.poll(focusedName).toMatch(/^Turn: Ask about each part/);
    await page.keyboard.press('Enter');
  });
});

test('timeline and coverage are used by keyboard', async () => {
  await withEvidence(workbench, 'recursion-keyboard-tabs', async ({ page }) => {
    await view.getByRole('tab', { name: 'Tree' }).focus();
    await page.keyboard.press('ArrowRight');
    const timeline = view.getByRole('application');
    await timeline.waitFor();
    const span = async () => /from (.*?)\. Arrow/.exec((await timeline.ariaSnapshot()) ?? '')?.[1];
    const whole = await span();
    await tabTo(/^Zoom in/);
    await tabTo(/^Timeline from/);
    await page.keyboard.press('+');
    await expect.poll(span).not.toBe(whole);
    const near = await span();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(span).not.toBe(near);
    await keepPicture('timeline');
    await page.keyboard.press('0');
    await expect.poll(span).toBe(whole);
    await page.keyboard.press('ArrowRight');
    await view.getByRole('region', { name: /Details of/ }).waitFor();

    await view.getByRole('tab', { name: 'Timeline' }).focus();
    await page.keyboard.press('ArrowRight');
    await tabTo(/folder/);
    await page.keyboard.type('s');
    await view.getByRole('treeitem', { name: /^src/ }).focus();
    await page.keyboard.press('ArrowRight');
    await view.getByRole('treeitem', { name: /^gauge\.py/ }).waitFor();
    await keepPicture('coverage');
    await view.getByRole('treeitem', { name: /^gauge\.py/ }).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(focusedName).toMatch(/^warnings\.py/);
    await page.keyboard.press('Enter');
    await page.locator('.tabs-container .tab.active', { hasText: 'warnings.py' }).waitFor();
    // The lines that were read.
    await page.locator('.statusbar-item', { hasText: /Ln 1\d?, Col 1 \(\d+ selected\)/ }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await view.getByRole('tab', { name: 'Coverage' }).focus();
    await page.keyboard.press('Home');
    await view.getByRole('treeitem', { name: /Ask about each part/ }).click();
  });
});

/** All that there is to see, one after the other, back to the tree. */
async function* allPages(): AsyncGenerator<string> {
  yield 'tree';
  for (const [name, content] of [
    ['Timeline', 'canvas'],
    ['Coverage', '.coverage-row'],
  ] as const) {
    await view.getByRole('tab', { name }).click();
    await view.locator(content).first().waitFor();
    yield name;
  }
  await view.getByRole('tab', { name: 'Tree' }).click();
  await view.locator('.hljs-string').first().waitFor();
  await view.locator('details.budget summary').click();
  yield 'budget';
  await view.locator('details.budget summary').click();
  await workbench.runCommand('Fathom: Show History');
  await view.getByRole('listitem').first().waitFor();
  yield 'history';
  await view.getByRole('button', { name: 'Ask a question' }).click();
  await view.getByLabel('Your question').waitFor();
  yield 'ask';
  await view.getByRole('button', { name: 'Back to the run' }).click();
  await view.locator('.hljs-string').first().waitFor();
}

test.each(colorThemes)('it is at home and accessible in $name', async (theme) => {
  await withEvidence(workbench, `recursion-${theme.kind}`, async () => {
    await chooseColorTheme(workbench, theme);
    await view.locator(`body.vscode-${theme.kind}`).waitFor();
    await view.locator('.hljs-string').first().waitFor();
    const findings: string[] = [];
    for await (const part of allPages()) {
      await keepPicture(part === 'tree' ? theme.kind : `${theme.kind}-${part.toLowerCase()}`);
      const found = await accessibilityFindings(await frameOf(view));
      findings.push(...found.map((finding) => `${part}: ${finding}`));
    }
    expect(findings).toEqual([]);
  });
});

test('after the window was reloaded it shows the same, out of the log', async () => {
  await withEvidence(workbench, 'recursion-reload', async ({ page }) => {
    const before = await rows();
    // Listened for from before: it may come as soon as the command is chosen.
    const reloaded = page.waitForEvent('domcontentloaded', { timeout: 90_000 });
    await Promise.all([reloaded, workbench.runCommand('Developer: Reload Window')]);
    view = viewFrame(page);
    await view.getByRole('treeitem', { name: /Answer · 1 citation/ }).waitFor({ timeout: 60_000 });
    await expect.poll(rows).toEqual(before);
    await view.locator('.hljs-string').first().waitFor();
  });
});

test('a run is asked again and stopped by keyboard', async () => {
  await withEvidence(workbench, 'recursion-again', async ({ page }) => {
    gate = Promise.withResolvers<void>();
    await view.locator('.question').focus();
    await tabTo(/^Ask again from here/);
    await page.keyboard.press('Enter');
    await view.getByRole('treeitem', { name: /8 sub-calls.*7 done, 1 running/ }).waitFor();
    await view.locator('.question').focus();
    await tabTo(/^Stop the run/);
    await page.keyboard.press('Enter');
    await view.getByText('Cancelled.').waitFor();
    await view.locator('.question').focus();
    await tabTo(/^Resume/);
    gate.resolve();
    expect(await runLogs(workbench)).toHaveLength(2);
  });
});

test('the history lists the runs, opens, exports, repeats and deletes them, by keyboard', async () => {
  await withEvidence(workbench, 'recursion-history', async ({ page }) => {
    await workbench.runCommand('Fathom: Show History');
    const run = view.getByRole('listitem').filter({ hasText: /done · / });
    await run.waitFor();
    expect(await run.textContent()).toMatch(/done · .* · 39k tokens · 13 calls · gpt-5/);
    await keepPicture('history');
    await view.getByRole('button', { name: 'Ask a question' }).focus();
    await tabTo(/^Export/);
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget', { hasText: 'Export the run' }).waitFor();
    await page.keyboard.press('Escape');
    await run.getByRole('button', { name: /^Ask again/ }).focus();
    await page.keyboard.press('Enter');
    await view.getByRole('treeitem', { name: /Answer · 1 citation/ }).waitFor();
    await workbench.runCommand('Fathom: Show History');
    await expect.poll(() => view.getByRole('listitem').count()).toBe(3);
    for (let left = 3; left > 0; left--) {
      await view.getByRole('button', { name: 'Ask a question' }).focus();
      await tabTo(/^Delete/);
      await page.keyboard.press('Enter');
      await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).waitFor();
      await page.keyboard.press('Enter');
      if (left > 1) await expect.poll(() => view.getByRole('listitem').count()).toBe(left - 1);
      if (left === 2) {
        await view.getByRole('listitem').getByRole('button').first().focus();
        await page.keyboard.press('Enter');
        await view.getByRole('treeitem', { name: /Answer · 1 citation/ }).waitFor();
        await workbench.runCommand('Fathom: Show History');
        await view.getByRole('listitem').waitFor();
      }
    }
    await view.getByText('No question was asked yet.').waitFor();
    expect(await runLogs(workbench)).toEqual([]);
  });
});
