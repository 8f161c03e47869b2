// `npm run test:vscode [-- PATTERN]`: bundles test/integration/ and runs it in a real extension host, in
// VS Code where there is one to be had, else in code-server. PATTERN chooses tests by their name.
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { desktopVsCode } from './desktopVsCode';
import { failureText } from './failureText';
import { copyFixtureWorkspace } from './fixtureWorkspace';
import { projectFolder, temporaryFolder } from './folders';
import { IntegrationReport } from './integrationReport';
import { prepareMachine } from './prepareMachine';
import { testResultsFolder, writeTestCounts } from './testCounts';
import { openWorkbench } from './workbench';

/** Longest time that all integration tests together may take, in ms. */
const TIME_LIMIT = 10 * 60_000;

/** Offers language models through VS Code, as other extensions do. */
const chatProvider = join(projectFolder, 'test', 'fixtures', 'chat-provider');
const bundleFolder = join(projectFolder, 'out', 'test');

async function bundle(): Promise<void> {
  const tests = join(projectFolder, 'test', 'integration');
  const names = (await readdir(tests)).filter((name) => name.endsWith('.test.ts'));
  await rm(bundleFolder, { recursive: true, force: true });
  await build({
    entryPoints: [
      { in: join(projectFolder, 'test', 'host', 'integrationTests.ts'), out: 'index' },
      ...names.map((name) => ({ in: join(tests, name), out: name.replace(/\.ts$/, '') })),
    ],
    outdir: bundleFolder,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}

/** Runs the bundle in a host and returns what the host logged; rejects when it could not run at all. */
async function runInHost(workspace: string, env: Record<string, string>): Promise<string> {
  const extension = {
    extensionDevelopmentPath: projectFolder,
    extensionTestsPath: join(bundleFolder, 'index.js'),
  };
  const executable = await desktopVsCode();
  if (executable !== null) {
    console.log(`Integration tests in VS Code (${executable})`);
    await using userData = await temporaryFolder('user-data');
    await runTests({
      ...extension,
      extensionDevelopmentPath: [projectFolder, chatProvider],
      vscodeExecutablePath: executable,
      extensionTestsEnv: env,
      launchArgs: [workspace, '--disable-extensions', `--user-data-dir=${userData.path}`],
    }).catch(() => {}); // A test that fails makes it fail; the report knows more.
    return ''; // It wrote its logs to this terminal.
  }
  console.log('Integration tests in code-server (no VS Code named, and none can be used here)');
  await using workbench = await openWorkbench({
    ...extension,
    extensions: [chatProvider],
    folder: workspace,
    env,
  });
  const tooLate = delay(TIME_LIMIT, `They took longer than ${TIME_LIMIT / 60_000} minutes.`, {
    ref: false,
  });
  const ending = await Promise.race([workbench.testsEnded, tooLate]).catch(String);
  const problem = typeof ending === 'string' ? `${ending}\n` : '';
  return problem + (await workbench.logs());
}

/** Shows the end of what the host logged, and where all of it is. */
async function showHostLog(log: string): Promise<void> {
  if (log === '') return;
  const path = join(testResultsFolder, 'extension-host.log');
  await writeFile(path, log);
  const tail = log.split('\n').slice(-40).join('\n');
  console.log(
    `\nThe last lines of what the extension host logged (all of it is in ${path}):\n${tail}`,
  );
}

// Exiting ends the host and removes its folders; dying of the signal would leave them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(130));
}
await prepareMachine();
await bundle();
await using temporary = await temporaryFolder('integration');
const workspace = await copyFixtureWorkspace(temporary.path);
const reportPath = join(temporary.path, 'report.jsonl');
const report = new IntegrationReport(reportPath);
const pattern = process.argv[2];
const env = { FATHOM_TEST_REPORT: reportPath, ...(pattern && { FATHOM_TEST_GREP: pattern }) };

const running = runInHost(workspace, env).catch(
  (error: unknown) => `The host could not be used: ${error instanceof Error ? error.stack : error}`,
);
let log: string | undefined;
while (log === undefined) {
  log = await Promise.race([running, delay(200, undefined)]);
  await report.showNews();
}

const { passed, failed, failures } = report.counts;
await writeTestCounts('integration', report.counts);
const isGood = report.hasEnded && failed === 0 && passed > 0;
if (!isGood) {
  await showHostLog(log);
  if (!report.hasEnded) console.log('\nThe extension host ended before the tests did.');
  if (passed + failed === 0) console.log('\nNo test ran.');
  process.exitCode = 1;
}
// Once more, since the end is what one sees of a long output.
console.log(`${failureText(failures)}\n${passed} passed, ${failed} failed`);
