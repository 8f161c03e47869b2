import { expect, test } from 'vitest';
import { findCommand } from '../host/commandPalette';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, temporaryFolder } from '../host/folders';
import { openWorkbench } from '../host/workbench';

test('the command palette offers to ask about the repository', async () => {
  await using temporary = await temporaryFolder('e2e');
  const folder = await copyFixtureWorkspace(temporary.path);
  await using workbench = await openWorkbench({ folder, extensions: [projectFolder] });
  await withEvidence(workbench, 'palette', async ({ page }) => {
    const command = await findCommand(page, 'Fathom: Ask about repository');

    expect(await command.textContent()).toBe('Fathom: Ask about repository');
  });
});
