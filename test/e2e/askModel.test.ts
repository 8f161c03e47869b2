import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askInWorkbench, visibleText } from '../host/asking';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import { type ModelServer, startModelServer } from '../host/modelServer';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

const key = 'sk-test-8a7b6c5d';

let temporary: TemporaryFolder;
let server: ModelServer;
let workbench: Workbench;

beforeAll(async () => {
  temporary = await temporaryFolder('ask-model');
  const firstTurn =
    'I look for what decides how often a gauge is asked.\n\n```repl\nprint(grep("RETRIES"))\n```\n';
  server = await startModelServer(
    ({ messages }) =>
      messages.some(({ role }) => role === 'assistant')
        ? { stall: true, after: 'The constant is there; I read how it is used.' }
        : firstTurn,
    { apiKey: key, models: ['gauge-large', 'gauge-small', 'gauge-embedding'] },
  );
  workbench = await openWorkbench({
    folder: await copyFixtureWorkspace(temporary.path),
    extensions: [projectFolder],
    settings: {
      'editor.minimap.enabled': false,
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.reduceMotion': 'on',
      'fathom.directAnswers': false,
    },
    size: { width: 1200, height: 760 },
  });
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await server?.close();
  await temporary?.[Symbol.asyncDispose]();
});

async function keepPicture(name: string): Promise<void> {
  await mkdir(testResultsFolder, { recursive: true });
  await workbench.page.screenshot({ path: join(testResultsFolder, `${name}.png`) });
}

test('a user sets an endpoint and a model, enters the key, watches, and cancels', async () => {
  await withEvidence(workbench, 'ask-model', async ({ page }) => {
    const picker = page.locator('.quick-input-widget');
    const rows = picker.locator('.monaco-list-row');
    const box = picker.locator('input.input').first();

    await askInWorkbench(workbench, 'How often is a gauge asked before it counts as silent?');
    await rows.filter({ hasText: 'Set an endpoint' }).click();
    await picker.locator('.quick-input-title', { hasText: 'Endpoint' }).waitFor();
    await box.fill(server.url);
    await page.keyboard.press('Enter');
    await rows.filter({ hasText: 'gauge-small' }).waitFor();
    await expect
      .poll(() => rows.locator('.label-name:visible').allTextContents())
      .toEqual(['gauge-large', 'gauge-small']);
    await keepPicture('ask-models');
    await rows.filter({ hasText: 'gauge-large' }).click();

    // This server lists its models to anyone, but talks only to who has a key.
    const toast = page.locator('.notification-toast');
    await toast.locator('.monaco-button', { hasText: 'Set API Key' }).waitFor();
    await keepPicture('ask-refused');
    await toast.locator('.monaco-button', { hasText: 'Set API Key' }).click();
    await picker.locator('.quick-input-title', { hasText: 'API key for 127.0.0.1' }).waitFor();
    expect(await box.getAttribute('type')).toBe('password');
    await box.fill(key);
    await page.keyboard.press('Enter');

    await toast.filter({ hasText: 'Turn 2 · Waiting for gauge-large' }).waitFor();
    await expect.poll(() => visibleText(page)).toContain('I read how it is used.');
    await keepPicture('ask-progress');

    await toast.locator('.monaco-button', { hasText: 'Cancel' }).click();
    await expect
      .poll(() => visibleText(page))
      .toContain('> **Cancelled** before there was an answer.');
    await toast.waitFor({ state: 'hidden' });
    await server.idle();
    await keepPicture('ask-cancelled');
  });
});
