import { appendFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/**
 * Runs in the extension host, from `out/test/index.js`: every `*.test.js` beside it that no other host
 * has taken. Files are taken one by one, by making a folder of their name in the one that
 * `FATHOM_TEST_TAKEN` names, so that hosts that run side by side end at about the same time. Each event of
 * the run is appended to the file that `FATHOM_TEST_REPORT` names as one line of JSON, see
 * `integrationReport.ts`. Rejects when a test fails, so that the host exits with a status of 1.
 */
export async function run(): Promise<void> {
  const { FATHOM_TEST_REPORT: report, FATHOM_TEST_TAKEN: taken } = process.env;
  if (report === undefined) throw new Error('FATHOM_TEST_REPORT names no file to report to.');
  if (taken === undefined) throw new Error('FATHOM_TEST_TAKEN names no folder.');
  const tell = (event: object) => appendFileSync(report, `${JSON.stringify(event)}\n`);

  let failures = 0;
  // In order: what looks at how Fathom is activated has to come first in its host.
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.js') && take(join(taken, name))) {
      failures += await runFile(join(__dirname, name), tell);
    }
  }
  tell({ kind: 'ended' });
  if (failures > 0) throw new Error(`${failures} integration tests failed.`);
}

/** Whether this host is the first to take it. */
function take(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Runs the tests of a file. @returns how many failed. */
async function runFile(path: string, tell: (event: object) => void): Promise<number> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: Silent });
  const only = process.env['FATHOM_TEST_GREP'];
  if (only !== undefined) mocha.grep(only);
  mocha.addFile(path);
  await mocha.loadFilesAsync();
  return new Promise((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) =>
        tell({ kind: 'passed', name: test.fullTitle(), ms: test.duration ?? 0 }),
      )
      .on('pending', (test) => tell({ kind: 'skipped', name: test.fullTitle() }))
      .on('fail', (test, error) =>
        tell({ kind: 'failed', name: test.fullTitle(), error: error.stack ?? String(error) }),
      );
  });
}

/** Prints nothing: the report is all there is to say. */
class Silent extends Mocha.reporters.Base {}
