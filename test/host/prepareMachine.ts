import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { installDebianPackages } from './debianPackages';

/** Programs that the tests of every tier start, with the Debian packages they are in. */
const needed = new Map([
  ['git', 'git'],
  ['python3', 'python3'],
]);

/** What some tests are left out without: kernels are confined in the one, Git is watched by the other. */
const useful = new Map(
  process.platform === 'linux'
    ? [
        ['bwrap', 'bubblewrap'],
        ['strace', 'strace'],
      ]
    : [],
);

/** Installs what the tests need and a bare machine lacks; throws with what to do where it can't. */
export async function prepareMachine(): Promise<void> {
  if (process.platform === 'win32') return; // Names and places differ; a missing program fails its tests.
  const missing = await packagesOf(needed);
  if (missing.length > 0) await installDebianPackages(missing, 'programs that the tests start');
  const more = await packagesOf(useful);
  if (more.length === 0) return;
  await installDebianPackages(more, 'what more tests can be run with').catch((error: unknown) => {
    console.error(`Tests that need it are skipped. ${String(error)}`);
  });
}

/** The packages of those programs that are not there. */
async function packagesOf(programs: ReadonlyMap<string, string>): Promise<string[]> {
  const missing: string[] = [];
  for (const [program, packageName] of programs) {
    if (!(await isOnPath(program))) missing.push(packageName);
  }
  return missing;
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
