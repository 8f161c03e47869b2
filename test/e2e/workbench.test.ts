import { expect, test } from 'vitest';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, temporaryFolder } from '../host/folders';
import { openWorkbench } from '../host/workbench';

test('the command palette offers to ask about the repository', async () => {
  await using temporary = await temporaryFolder('e2e');
  const folder = await copyFixtureWorkspace(temporary.path);
  await using workbench = await openWorkbench({ folder, extensions: [projectFolder] });

  await workbench.page.keyboard.press('F1');
  const palette = workbench.page.locator('.quick-input-widget');
  await palette.locator('input[type="text"]').first().fill('>Ask about repository');
  const command = palette.locator('.monaco-list-row', { hasText: 'Fathom: Ask about repository' });
  await command.waitFor();

  expect(await command.count()).toBe(1);
});
