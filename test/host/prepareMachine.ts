import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { installDebianPackages } from './debianPackages';

/** Programs that the tests of every tier start, with the Debian packages they are in. */
const needed = new Map([
  ['git', 'git'],
  ['python3', 'python3'],
]);

/** Installs what the tests need and a bare machine lacks; throws with what to do where it can't. */
export async function prepareMachine(): Promise<void> {
  if (process.platform === 'win32') return; // Names and places differ; a missing program fails its tests.
  const missing: string[] = [];
  for (const [program, packageName] of needed) {
    if (!(await isOnPath(program))) missing.push(packageName);
  }
  if (missing.length > 0) await installDebianPackages(missing, 'programs that the tests start');
}

/** Vitest calls this before the first test. */
export const setup = prepareMachine;

async function isOnPath(program: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
