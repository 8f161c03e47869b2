import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { visibleText } from '../host/asking';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import { makePdf } from '../host/makePdf';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

let temporary: TemporaryFolder;
let workbench: Workbench;

beforeAll(async () => {
  temporary = await temporaryFolder('menus');
  const folder = await copyFixtureWorkspace(temporary.path);
  const pages = [['Cover'], ['The relief valve of the tide gauge opens at 4.2 bar.'], ['Index']];
  await writeFile(join(folder, 'manual.pdf'), makePdf(pages));
  workbench = await openWorkbench({
    folder,
    extensions: [projectFolder],
    settings: { 'fathom.offline': true, 'workbench.colorTheme': 'Default Dark Modern' },
    size: { width: 1100, height: 720 },
  });
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await temporary?.[Symbol.asyncDispose]();
});

async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(testResultsFolder, { recursive: true });
  await page.screenshot({ path: join(testResultsFolder, `${name}.png`) });
}

/** Opens the menu of an entry of the explorer and chooses from it. */
async function choose(page: Page, entry: string, item: string, picture: string): Promise<void> {
  const row = page.locator('.explorer-folders-view .monaco-list-row', { hasText: entry }).first();
  const choice = page.locator('.monaco-menu .action-item', { hasText: item }).first();
  // A menu that is open does not take up the commands of an extension that arrives later.
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Escape');
        await row.click({ button: 'right' });
        return choice.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        );
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  await choice.hover();
  await keepPicture(page, picture);
  await choice.click();
}

test('the explorer asks about a PDF, and the answer names its page', async () => {
  await withEvidence(workbench, 'menu-file', async ({ page }) => {
    await choose(page, 'manual.pdf', 'Ask about File', 'menu-file');
    await page.locator('.quick-input-title', { hasText: 'Ask about manual.pdf' }).waitFor();
    const box = page.locator('.quick-input-widget input[type="text"]').first();
    await box.fill('At what pressure does the relief valve open?');
    await keepPicture(page, 'menu-file-question');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => visibleText(page), { timeout: 60_000 })
      .toMatch(/`manual\.pdf:\d+(?:-\d+)?` \(pages? /);
    await page
      .locator('.detected-link', { hasText: /manual\.pdf:\d/ })
      .first()
      .waitFor();
    await keepPicture(page, 'menu-file-answer');
  });
});

test('the explorer asks about a folder', async () => {
  await withEvidence(workbench, 'menu-folder', async ({ page }) => {
    await choose(page, 'src', 'Ask about Folder', 'menu-folder');
    await page.locator('.quick-input-title', { hasText: 'Ask about src' }).waitFor();
    await page.keyboard.press('Escape');
  });
});

test('an editor asks about what is selected', async () => {
  await withEvidence(workbench, 'menu-selection', async ({ page }) => {
    const tree = page.locator('.explorer-folders-view');
    await tree.locator('.monaco-list-row', { hasText: 'README.md' }).first().dblclick();
    await page.locator('.tabs-container .tab.active', { hasText: 'README.md' }).waitFor();
    const text = page.locator('.editor-group-container.active .view-lines').first();
    await text.click();
    await page.keyboard.press('ControlOrMeta+a');
    await text.click({ button: 'right', position: { x: 40, y: 10 } });
    const item = page.locator('.monaco-menu .action-item', { hasText: 'Ask about Selection' });
    await item.first().waitFor();
    await keepPicture(page, 'menu-selection');
    await item.first().click();
    await page.locator('.quick-input-title', { hasText: 'Ask about README.md:1-' }).waitFor();
    await page.keyboard.press('Escape');
  });
});
