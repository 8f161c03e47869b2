import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/**
 * Runs in the extension host, from `out/test/index.js`: every `*.test.js` beside it. Each event of the
 * run is appended to the file that `FATHOM_TEST_REPORT` names as one line of JSON, see
 * `integrationReport.ts`. Rejects when a test fails, so that the host exits with a status of 1.
 */
export async function run(): Promise<void> {
  const report = process.env['FATHOM_TEST_REPORT'];
  if (report === undefined) throw new Error('FATHOM_TEST_REPORT names no file to report to.');
  const tell = (event: object) => appendFileSync(report, `${JSON.stringify(event)}\n`);

  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, reporter: Silent });
  const only = process.env['FATHOM_TEST_GREP'];
  if (only !== undefined) mocha.grep(only);
  for (const name of readdirSync(__dirname)) {
    if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
  }
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>((resolve) => {
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
  tell({ kind: 'ended' });
  if (failures > 0) throw new Error(`${failures} integration tests failed.`);
}

/** Prints nothing: the report is all there is to say. */
class Silent extends Mocha.reporters.Base {}
