import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askServer, endOfText, visibleText } from '../host/asking';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import type { ModelRequest, ScriptedReply } from '../host/modelScript';
import { type ModelServer, startModelServer } from '../host/modelServer';
import { viewFrame } from '../host/recursionView';
import { runFiles } from '../host/reportFiles';
import { type ReportScript, reportText, writeReport } from '../host/reportScript';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

let temporary: TemporaryFolder;
let folder: string;
let server: ModelServer;
let workbench: Workbench;
/** What the model writes for the question that is asked next. */
let say: (request: ModelRequest) => ScriptedReply | Promise<ScriptedReply>;

beforeAll(async () => {
  temporary = await temporaryFolder('report');
  folder = await copyFixtureWorkspace(temporary.path);
  server = await startModelServer((request) => say(request));
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
      'fathom.limits.maxCostUsd': null,
    },
    machineSettings: { 'fathom.baseUrl': server.url },
    size: { width: 1360, height: 800 },
  });
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await server?.close();
  await temporary?.[Symbol.asyncDispose]();
});

async function keepPicture(name: string): Promise<void> {
  await mkdir(testResultsFolder, { recursive: true });
  await workbench.page.screenshot({ path: join(testResultsFolder, `report-${name}.png`) });
}

/** The labels of all tabs, group by group. */
function tabs(): Promise<string[]> {
  return workbench.page.locator('.tabs-container .tab .label-name').allTextContents();
}

/** The report file that was written last. */
async function spool(): Promise<string> {
  return (await runFiles(workbench, '.report.md')).at(-1) ?? '';
}

test('sections are reserved first, shown as such, and filled in any order', async () => {
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const script: ReportScript = {
    sections: 4,
    sectionChars: 4_000,
    before: async (section) => gates[section]?.promise,
  };
  say = writeReport(script);
  await withEvidence(workbench, 'report-sections', async ({ page }) => {
    await askServer(workbench, 'Describe every module.');
    const shown = page.locator('.statusbar-item', { hasText: /Report: 0 of 4 sections/ });
    await shown.waitFor();
    await workbench.runCommand('Fathom: Show Recursion');
    const outline = page.locator('.pane', { hasText: 'Section 3' });
    await outline.waitFor();
    const hint = page.locator('.view-lines', { hasText: 'Section 0' });
    await hint.first().waitFor();
    await keepPicture('reserved-dark');
    gates[2]?.resolve();
    const row = (n: number) => outline.locator('.monaco-list-row', { hasText: `Section ${n}` });
    await row(2).locator('.codicon-circle-filled').waitFor();
    await row(2).click();
    const told = page.locator('.notification-list-item-message', { hasText: '“Section 2” is' });
    await told.waitFor();
    await workbench.runCommand('Notifications: Clear All Notifications');
    await told.waitFor({ state: 'detached' });
    gates[0]?.resolve();
    await row(0).locator('.codicon-check').waitFor();
    const view = viewFrame(page);
    await view.locator('main', { hasText: '2 of 4 sections' }).waitFor();
    await keepPicture('growing-dark');
    gates[1]?.resolve();
    gates[3]?.resolve();
    await page.locator('.statusbar-item', { hasText: /Report: 4 sections/ }).waitFor();
    // At once: neither the outline nor the document need have it by now.
    await row(2).click();
    expect(await readFile(await spool(), 'utf8')).toBe([...reportText(script)].join(''));
    // The editor may pin the heading of what is above.
    await expect.poll(() => visibleText(page)).toMatch(/^## Section 2$/m);
    await keepPicture('done-dark');
    await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs').waitFor();
    await keepPicture('done-light');
    await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs-dark').waitFor();
  });
});

test('a report that is saved elsewhere while it grows goes on there', async () => {
  const gate = Promise.withResolvers<void>();
  const script: ReportScript = {
    sections: 3,
    sectionChars: 400,
    before: async (section) => (section > 0 ? gate.promise : undefined),
  };
  say = writeReport(script);
  await withEvidence(workbench, 'report-saved', async ({ page }) => {
    await workbench.runCommand('View: Close All Editors');
    await page.locator('.monaco-button', { hasText: "Don't Save" }).click();
    await askServer(workbench, 'Describe it again.');
    await page.locator('.statusbar-item', { hasText: /Report: 1 of 3 sections/ }).waitFor();
    await workbench.runCommand('Fathom: Show Report');
    await expect.poll(() => visibleText(page)).toMatch(/^## Section 0/);
    await workbench.runCommand('File: Save As...');
    const box = page.locator('.quick-input-widget input[type="text"]').first();
    await expect.poll(() => box.inputValue()).toMatch(/Section 0/);
    await box.fill(join(folder, 'saved.md'));
    await page.keyboard.press('Enter');
    await page.locator('.tabs-container .tab', { hasText: 'saved.md' }).waitFor();
    gate.resolve();
    await page.locator('.statusbar-item', { hasText: /Report: 3 sections/ }).waitFor();
    // What came last may be put there a moment later; who looks for the end goes there again.
    await expect.poll(() => endOfText(page)).toMatch(/Section 2 says/);
    const whole = [...reportText(script)].join('');
    // By its key: the palette has "Save As..." above it now. Who sees that there is more saves again.
    const saved = async () => {
      await page.keyboard.press('ControlOrMeta+S');
      return readFile(join(folder, 'saved.md'), 'utf8');
    };
    await expect.poll(saved, { interval: 500 }).toBe(whole);
    expect(await readFile(await spool(), 'utf8')).toBe(whole);
    await expect.poll(async () => (await tabs()).join()).not.toContain('Section 0');
  });
});

test('a long report grows in parts behind what one types, byte by byte and in order', async () => {
  const script: ReportScript = { sections: 30, sectionChars: 80_000 };
  say = writeReport(script);
  await withEvidence(workbench, 'report-parts', async ({ page }) => {
    await workbench.runCommand('View: Close All Editors');
    await page.locator('.monaco-button', { hasText: "Don't Save" }).click();
    const notes = join(folder, 'notes.txt');
    await writeFile(notes, '');
    await askServer(workbench, 'Describe it at length.');
    await page.locator('.statusbar-item', { hasText: /Report: (\d+ of )?30 sections/ }).waitFor();
    await workbench.runCommand('Go to File...');
    await page.locator('.quick-input-widget input[type="text"]').first().fill('notes.txt');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'notes.txt' })
      .first()
      .click();
    const tab = page.locator('.tabs-container .tab.active', { hasText: 'notes.txt' });
    await tab.waitFor();
    // The tab is there before the editor takes keys for it.
    await page.locator('.statusbar-item', { hasText: 'Plain Text' }).waitFor();
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    const words = 'What I think while it grows. ';
    for (let n = 0; n < 5; n++) await page.keyboard.type(words, { delay: 20 });
    await page
      .locator('.statusbar-item', { hasText: /Report: 30 sections/ })
      .waitFor({ timeout: 120_000 });
    await expect
      .poll(tabs, { timeout: 100_000 })
      .toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^## Section 0/),
          expect.stringMatching(/^# Report, part 2/),
        ]),
      );
    expect(await tab.count()).toBe(1);
    // The parts are behind one another, and each has one tab.
    expect(await page.locator('.editor-group-container').count()).toBe(2);
    const names = await tabs();
    expect(names.filter((name) => name.startsWith('## Section 0'))).toHaveLength(1);
    expect((await visibleText(page)).replaceAll(/\s/g, '')).toContain(
      words.repeat(5).replaceAll(/\s/g, ''),
    );
    await keepPicture('parts');
    expect(await readFile(await spool(), 'utf8')).toBe([...reportText(script)].join(''));
  });
});
