// `npm run test:vscode [-- PATTERN]`: bundles test/integration/ and runs it in a real extension host, in
// VS Code where there is one to be had, else in code-server. PATTERN chooses tests by their name. Some hosts
// share the files: most of what a test does is waiting for its window.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
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
const TIME_LIMIT = 20 * 60_000;

/** How many hosts run tests side by side. */
const HOSTS = 3;

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
async function runInHost(
  executable: string | null,
  workspace: string,
  env: Record<string, string>,
): Promise<string> {
  const extension = {
    extensionDevelopmentPath: projectFolder,
    extensionTestsPath: join(bundleFolder, 'index.js'),
  };
  if (executable !== null) {
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

/** Shows the end of what a host logged, and where all of it is. */
async function showHostLog(name: string, log: string): Promise<void> {
  if (log === '') return;
  const path = join(testResultsFolder, `extension-${name}.log`);
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
const executable = await desktopVsCode();
console.log(
  executable === null
    ? 'Integration tests in code-server (no VS Code named, and none can be used here)'
    : `Integration tests in VS Code (${executable})`,
);
const pattern = process.argv[2];
/** One folder for each file that a host has taken. */
const taken = join(temporary.path, 'taken');
await mkdir(taken);

/** Runs a host until it ends, and prints what its tests come to. */
async function runHost(name: string): Promise<{ report: IntegrationReport; log: string }> {
  const folder = join(temporary.path, name);
  await mkdir(folder);
  const workspace = await copyFixtureWorkspace(folder);
  const reportPath = join(folder, 'report.jsonl');
  const report = new IntegrationReport(reportPath);
  const env = {
    FATHOM_TEST_REPORT: reportPath,
    FATHOM_TEST_TAKEN: taken,
    ...(pattern && { FATHOM_TEST_GREP: pattern }),
  };
  const running = runInHost(executable, workspace, env).catch(
    (error: unknown) =>
      `The host could not be used: ${error instanceof Error ? error.stack : error}`,
  );
  let log: string | undefined;
  while (log === undefined) {
    log = await Promise.race([running, delay(200, undefined)]);
    await report.showNews();
  }
  return { report, log };
}

// What is chosen by name is mostly in one file.
const names = Array.from({ length: pattern ? 1 : HOSTS }, (_, index) => `host-${index + 1}`);
const hosts = await Promise.all(names.map(async (name) => ({ name, ...(await runHost(name)) })));

const failures = hosts.flatMap(({ report }) => report.counts.failures);
const passed = hosts.reduce((sum, { report }) => sum + report.counts.passed, 0);
const failed = failures.length;
await writeTestCounts('integration', { passed, failed, failures });
const haveEnded = hosts.every(({ report }) => report.hasEnded);
if (!haveEnded || failed > 0 || passed === 0) {
  for (const { name, log } of hosts) await showHostLog(name, log);
  if (!haveEnded) console.log('\nAn extension host ended before its tests did.');
  if (passed + failed === 0) console.log('\nNo test ran.');
  process.exitCode = 1;
}
// Once more, since the end is what one sees of a long output.
console.log(`${failureText(failures)}\n${passed} passed, ${failed} failed`);
