import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askInWorkbench, visibleText } from '../host/asking';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import { followLink } from '../host/followLink';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

const citation = /src\/gauge\.py:\d+/;
const question = 'How is the checksum of a gauge line computed?';

let temporary: TemporaryFolder;
let workbench: Workbench;

beforeAll(async () => {
  temporary = await temporaryFolder('ask');
  workbench = await openWorkbench({
    folder: await copyFixtureWorkspace(temporary.path),
    extensions: [projectFolder],
    settings: {
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.reduceMotion': 'on',
      'editor.minimap.enabled': false,
    },
    size: { width: 1360, height: 760 },
  });
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await temporary?.[Symbol.asyncDispose]();
});

/** Keeps what the window shows, for people to look at; in a folder of the project if one is named. */
async function keepPicture(name: string, folder?: string): Promise<void> {
  await mkdir(testResultsFolder, { recursive: true });
  const parent = folder === undefined ? testResultsFolder : join(projectFolder, folder);
  await workbench.page.screenshot({ path: join(parent, `${name}.png`) });
}

test('a newcomer asks, tries it offline, and reads a cited answer', async () => {
  await withEvidence(workbench, 'ask', async ({ page }) => {
    await askInWorkbench(workbench, question);
    const offer = page.locator('.quick-input-list .monaco-list-row');
    await offer.filter({ hasText: 'Enter an API key' }).waitFor();
    await keepPicture('ask-setup');
    await offer.filter({ hasText: 'Try offline' }).click();

    await expect.poll(() => visibleText(page), { timeout: 60_000 }).toMatch(citation);
    await expect.poll(() => visibleText(page)).toMatch(/^# How is the checksum .* computed\?\n/);
    await page.locator('.detected-link', { hasText: citation }).first().waitFor();
    await keepPicture('ask-dark');

    await page.keyboard.press('ControlOrMeta+End');
    await expect
      .poll(() => visibleText(page))
      .toContain('Fathom · offline model (keyword search, no language model)');
    // Long lines are wrapped anywhere.
    const footer = async () => (await visibleText(page)).replace(/\s/g, '');
    await expect.poll(footer).toMatch(/Citations:(?:\d+quoted,)?\d+readRunlog:`.+\.jsonl`/);
    await page.getByRole('button', { name: 'Ask a Follow-up' }).waitFor();
    await keepPicture('ask-footer');
    await page.keyboard.press('ControlOrMeta+Home');
  });
});

test('the question is offered again', async () => {
  await withEvidence(workbench, 'ask-history', async ({ page }) => {
    await workbench.runCommand('Fathom: Ask about repository');
    const earlier = page.locator('.quick-input-list .monaco-list-row', { hasText: question });
    await earlier.waitFor();
    await keepPicture('ask-history');
    await page.keyboard.press('Escape');
  });
});

test('it looks at home in a light theme', async () => {
  await withEvidence(workbench, 'ask-light', async ({ page }) => {
    await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs').waitFor();
    await keepPicture('ask-light');
    await workbench.runCommand('Preferences: Toggle between Light/Dark Themes');
    await page.locator('.monaco-workbench.vs-dark').waitFor();
  });
});

test('a click on a citation opens the file at its lines', async () => {
  await withEvidence(workbench, 'ask-citation', async ({ page }) => {
    const link = page.locator('.detected-link', { hasText: citation }).first();
    await link.waitFor();
    const [, line] = /:(\d+)/.exec((await link.textContent()) ?? '') ?? [];
    await followLink(page, link, ['ControlOrMeta']);

    const tab = page.locator('.tabs-container .tab.active', { hasText: 'gauge.py' });
    await tab.waitFor();
    await expect
      .poll(() => page.locator('#workbench\\.parts\\.statusbar').textContent())
      .toContain('selected');
    const numbers = page.locator('.editor-group-container.active .line-numbers');
    await expect.poll(() => numbers.allTextContents()).toContain(line);
    await keepPicture('ask-citation');
  });
});

test('citations are links in the Markdown preview, too', async () => {
  await withEvidence(workbench, 'ask-preview', async ({ page }) => {
    await workbench.runCommand('View: Close Editor');
    await workbench.runCommand('Markdown: Open Preview');
    const preview = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    const link = preview.locator('a', { hasText: citation }).first();
    await link.waitFor();
    await keepPicture('ask-preview');
    await link.click();
    await page.locator('.tabs-container .tab.active', { hasText: 'gauge.py' }).waitFor();
  });
});

test('a citation can be read beside the answer', async () => {
  await withEvidence(workbench, 'ask-beside', async ({ page }) => {
    await workbench.runCommand('View: Close All Editors in Group');
    await page.locator('.dialog-message-text').waitFor();
    await page.locator('.monaco-button', { hasText: "Don't Save" }).click();
    await workbench.runCommand('Fathom: Show Last Answer');
    const link = page.locator('.detected-link', { hasText: citation }).first();
    await link.waitFor();
    await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
    await page.locator('.part.sidebar').waitFor({ state: 'hidden' });
    await followLink(page, link, ['ControlOrMeta', 'Alt']);
    await expect.poll(() => page.locator('.editor-group-container').count()).toBe(2);
    await expect
      .poll(() => page.locator('#workbench\\.parts\\.statusbar').textContent())
      .toContain('selected');
    await page.mouse.move(680, 750);
    await keepPicture('ask', process.env['FATHOM_PICTURES'] === undefined ? undefined : 'media');
  });
});
