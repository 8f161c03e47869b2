import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askInWorkbench, visibleText } from '../host/asking';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

let temporary: TemporaryFolder;
let workbench: Workbench;

beforeAll(async () => {
  temporary = await temporaryFolder('chat-model');
  workbench = await openWorkbench({
    folder: await copyFixtureWorkspace(temporary.path),
    extensions: [projectFolder, join(projectFolder, 'test', 'fixtures', 'chat-provider')],
    settings: {
      'editor.minimap.enabled': false,
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.reduceMotion': 'on',
      'fathom.directAnswers': false,
    },
    env: { HARBOUR_MODELS: 'on' },
    size: { width: 1200, height: 760 },
  });
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await temporary?.[Symbol.asyncDispose]();
});

test('a user without a key is offered a model that VS Code has, and asks it', async () => {
  await withEvidence(workbench, 'chat-model', async ({ page }) => {
    const rows = page.locator('.quick-input-widget .monaco-list-row');

    await askInWorkbench(workbench, 'How often is a gauge asked?');
    await mkdir(testResultsFolder, { recursive: true });
    await rows.filter({ hasText: 'Use a model of VS Code' }).waitFor();
    await page.screenshot({ path: join(testResultsFolder, 'chat-offer.png') });
    await rows.filter({ hasText: 'Use a model of VS Code' }).click();
    await rows.filter({ hasText: 'Harbour Small' }).waitFor();
    await page.screenshot({ path: join(testResultsFolder, 'chat-models.png') });
    await rows.filter({ hasText: 'Harbour Large' }).click();

    await expect
      .poll(() => visibleText(page), { timeout: 60_000 })
      .toContain('A gauge is asked five times');
    await page.screenshot({ path: join(testResultsFolder, 'chat-answer.png') });
  });
});
