import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from './folders';

/** Copies the small repository that hosts open, `test/fixtures/workspace`, into `parent`; returns its path. */
export async function copyFixtureWorkspace(parent: string): Promise<string> {
  const workspace = join(parent, 'workspace');
  await cp(join(projectFolder, 'test', 'fixtures', 'workspace'), workspace, { recursive: true });
  return workspace;
}
