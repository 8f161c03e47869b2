import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import type { ModelRequest, ScriptedReply } from '../host/modelScript';
import { type ModelServer, startModelServer } from '../host/modelServer';
import {
  openRecursionView,
  openRow,
  shownRows,
  treeOfLastLog,
  viewFrame,
} from '../host/recursionView';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

const question = 'What do the parts of this repository do?';
const cell = (intention: string, code: string) => `${intention}\n\n\`\`\`repl\n${code}\n\`\`\``;

/** Sub-calls of that name wait until it is opened. */
const gates = {
  east: Promise.withResolvers<void>(),
  west: Promise.withResolvers<void>(),
  last: Promise.withResolvers<void>(),
};
/** How often the model was asked for the turn of a run, by its intention. */
const asked: string[] = [];

const usage = { prompt: 9_000, completion: 50 };

async function say(request: ModelRequest): Promise<ScriptedReply> {
  if (request.speaker === 'sub') {
    for (const [name, { promise }] of Object.entries(gates)) {
      if (request.prompt.includes(`${name} 1`)) await promise;
    }
    return { text: `It is so: ${request.prompt.slice(0, 20)}`, usage };
  }
  const { content = '' } = request.messages[1] ?? {};
  const wanted = /<question>\n([\s\S]*?)\n<\/question>/.exec(content)?.[1] ?? '';
  const turn = request.messages.filter(({ role }) => role === 'assistant').length + 1;
  const side = ['east', 'west'].find((name) => wanted.includes(name));
  const said = (intention: string, code: string) => {
    asked.push(intention);
    return { text: cell(intention, code), usage };
  };
  if (side) {
    return turn === 1
      ? said(
          `Ask about the ${side}.`,
          `notes = llm_query_batched([f"${side} {n}" for n in range(3)])\nprint(notes)`,
        )
      : said(`Say what the ${side} is.`, `FINAL("The ${side} has parts.")`);
  }
  switch (turn) {
    case 1:
      return said(
        'Send two to explore.',
        'print(rlm_query_batched(["What is in the east?", "What is in the west?"]))',
      );
    case 2:
      return said(
        'Ask the last things.',
        'print(llm_query_batched([f"last {n}" for n in range(3)]))',
      );
    default:
      return said(
        'Answer.',
        'read("src/gauge.py", 1, 5)\nFINAL("Gauges are read (src/gauge.py:1-5).")',
      );
  }
}

let temporary: TemporaryFolder;
let server: ModelServer;
let workbench: Workbench;
let view: FrameLocator;

beforeAll(async () => {
  temporary = await temporaryFolder('recursion-live');
  server = await startModelServer(say);
  workbench = await openWorkbench({
    folder: await copyFixtureWorkspace(temporary.path),
    extensions: [projectFolder],
    settings: {
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.reduceMotion': 'on',
      'fathom.model': 'gpt-5',
      'fathom.subModel': 'gpt-5-mini',
      'fathom.kernel': 'native',
      'fathom.directAnswers': false,
      'fathom.limits.maxDepth': 2,
    },
    machineSettings: { 'fathom.baseUrl': server.url },
    size: { width: 1300, height: 900 },
  });
});

afterAll(async () => {
  for (const { resolve } of Object.values(gates)) resolve();
  await workbench?.[Symbol.asyncDispose]();
  await server?.close();
  await temporary?.[Symbol.asyncDispose]();
});

async function keepPicture(name: string): Promise<void> {
  await mkdir(testResultsFolder, { recursive: true });
  await workbench.page.screenshot({ path: join(testResultsFolder, `recursion-${name}.png`) });
}

const rows = () => shownRows(view);
const row = (name: RegExp) => view.getByRole('treeitem', { name });

/** Opens what is closed, from top to bottom. */
async function openAll(): Promise<void> {
  const closed = view.locator('[role=treeitem][aria-expanded=false]');
  while ((await closed.count()) > 0) {
    // It may have been drawn open since it was counted.
    const isFocused = await closed
      .first()
      .focus({ timeout: 1_000 })
      .then(
        () => true,
        () => false,
      );
    if (isFocused) await workbench.page.keyboard.press('ArrowRight');
  }
}

test('two child runs unfold side by side', async () => {
  await withEvidence(workbench, 'recursion-children', async ({ page }) => {
    view = await openRecursionView(workbench);
    await view.getByText('Model: gpt-5 + gpt-5-mini').waitFor();
    await view.getByLabel('Your question').fill(question);
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Go on without' }).click();
    await openRow(row(/^Batch: 2 questions/));
    await expect
      .poll(rows)
      .toEqual([
        'Send two to explore',
        '  2 questions · 0 done, 2 running',
        '    What is in the east?',
        '      Ask about the east',
        '        3 sub-calls · 2 done, 1 running',
        '    What is in the west?',
        '      Ask about the west',
        '        3 sub-calls · 2 done, 1 running',
      ]);
    await keepPicture('children');
  });
});

test('one node is stopped while its siblings go on', async () => {
  await withEvidence(workbench, 'recursion-stop-one', async ({ page }) => {
    await row(/What is in the west/).click();
    await row(/3 sub-calls/)
      .first()
      .click();
    await view.getByRole('button', { name: 'Stop this batch' }).click();
    await row(/^Child run: What is in the east.*done/).waitFor();
    await keepPicture('stopped-one');
    await row(/What is in the west/).click();
    await view.getByRole('button', { name: 'Stop this child run' }).click();
    await row(/^Child run: What is in the west.*cancelled/).waitFor();
    await row(/^Turn: Ask the last things.*running/).waitFor();
    await page.keyboard.press('Escape');
    const outcomes = async () =>
      [...(await treeOfLastLog(workbench)).nodes.values()]
        .filter(({ kind }) => kind === 'child')
        .map(({ summary, status }) => `${summary} ${status}`)
        .sort();
    await expect
      .poll(outcomes)
      .toEqual(['What is in the east? ok', 'What is in the west? cancelled']);
    expect(asked).toContain('Say what the east is.');
    expect(asked).not.toContain('Say what the west is.');
    const { nodes, root } = await treeOfLastLog(workbench);
    expect(nodes.get(root ?? expect.unreachable())?.status).toBe('running');
  });
});

test('moved to the other side bar it has lost nothing', async () => {
  await withEvidence(workbench, 'recursion-move', async ({ page }) => {
    await openAll();
    await row(/^Batch: 3 sub-calls.*2 done, 1 running/).waitFor();
    await expect.poll(rows).toContain('    last 1');
    const before = await rows();
    expect(before.filter((line) => /^ {8}3 sub-calls.* · 2 of 3 done/.test(line))).not.toEqual([]);
    await workbench.runCommand('View: Move View');
    const picker = page.locator('.quick-input-widget');
    await picker.locator('.monaco-list-row', { hasText: 'Recursion' }).first().click();
    await picker.locator('.monaco-list-row', { hasText: /New Secondary Side Bar Entry/ }).click();
    await page.locator('.part.auxiliarybar').getByText('Fathom').first().waitFor();
    view = viewFrame(page);
    await expect.poll(rows).toEqual(before);
    await keepPicture('moved');
  });
});

test('after a reload in the middle of a run its finished part is there, and it can be resumed', async () => {
  await withEvidence(workbench, 'recursion-interrupted', async ({ page }) => {
    const before = await rows();
    await row(/^Turn: Ask about the east/).click();
    await view.getByRole('tab', { name: 'Code' }).click();
    await page.reload();
    // The window may not remember that the side bar was open.
    view = await openRecursionView(workbench);
    await view.getByText('Interrupted').first().waitFor({ timeout: 60_000 });
    await keepPicture('interrupted');
    await view.getByRole('region', { name: 'Details of Ask about the east' }).waitFor();
    await openAll();
    // What went on then has ended now; the places are the same.
    const words = (lines: readonly string[]) => lines.map((line) => line.split(/ · |, \d/)[0]);
    await expect.poll(async () => words(await rows())).toEqual(words(before));
    expect(await view.getByRole('tab', { name: 'Code' }).getAttribute('aria-selected')).toBe(
      'true',
    );
    await view.locator('.code', { hasText: 'east {n}' }).waitFor();

    const turns = asked.length;
    gates.last.resolve();
    await view.getByRole('button', { name: /^Resume/ }).click();
    await row(/^Answer: Answer · 1 citation/).waitFor({ timeout: 60_000 });
    // The turns that were over are not asked for again.
    expect(asked.slice(turns)).toEqual(['Answer.']);
  });
});
