import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askInWorkbench, visibleText } from '../host/asking';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import { packageExtension, targetOfThisMachine } from '../host/packageExtension';
import { runProgram } from '../host/runProgram';
import { openWorkbench, type Workbench } from '../host/workbench';

let temporary: TemporaryFolder;
let vsix: string;
let workbench: Workbench;
/** Where the host put the installed extension. */
let installed: string;

beforeAll(async () => {
  temporary = await temporaryFolder('package');
  vsix = await packageExtension(temporary.path);
  workbench = await openWorkbench({
    folder: await copyFixtureWorkspace(temporary.path),
    extensions: [vsix],
    settings: { 'fathom.offline': true },
  });
  const names = await readdir(workbench.extensionsFolder);
  const name = names.find((candidate) => candidate.startsWith('fathom.fathom-'));
  installed = join(workbench.extensionsFolder, name ?? 'fathom is not installed');
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await temporary?.[Symbol.asyncDispose]();
});

/** Pictures that the steps of the walkthrough show. */
const walkthroughPictures = [
  'ask.png',
  'icon.svg',
  'recursion-dark.png',
  'recursion-high-contrast.png',
  'recursion-light.png',
  'report.png',
].map((name) => `media/${name}`);

/** Files of a folder, sorted, with slashes. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

test('the package is named after its platform and version, and is small', async () => {
  const { size } = await stat(vsix);
  console.log(`${basename(vsix)}: ${(size / 1_000_000).toFixed(1)} MB`);

  expect(basename(vsix)).toMatch(/^fathom-\w+-\w+-\d+\.\d+\.\d+\.vsix$/);
  expect(basename(vsix)).toContain(targetOfThisMachine());
  // Most of it is the Python for machines that have none.
  expect(size).toBeLessThan(20_000_000);
});

test('the package holds what Fathom needs and nothing else', async () => {
  const prompts = await filesIn(join(projectFolder, 'prompts'));
  const python = await filesIn(join(projectFolder, 'src', 'repl', 'python'));
  // As they were just built: what the engine loads only when it needs it.
  const pieces = await filesIn(join(projectFolder, 'dist', 'engine'));
  expect(pieces.some((path) => path.startsWith('openAiModel-'))).toBe(true);
  const expected = [
    '.vsixmanifest', // Written when it is installed.
    'LICENSE.txt', // These three are renamed by the packager.
    'changelog.md',
    'readme.md',
    'package.json',
    'dist/ThirdPartyNotices.txt',
    `dist/bin/${process.platform === 'win32' ? 'rg.exe' : 'rg'}`,
    'dist/documents.js',
    'dist/engine.js',
    ...pieces.map((path) => `dist/engine/${path}`),
    'dist/engineProcess.js',
    'dist/extension.js',
    'dist/viewSession.js',
    'dist/webview.js',
    'dist/webview.css',
    'dist/codicon.ttf',
    ...python.filter((path) => path.endsWith('.py')).map((path) => `dist/python/${path}`),
    ...['NOTICE.txt', 'kernel.js', 'python.image', 'python.library', 'python.wasm'].map(
      (name) => `dist/pyodide/${name}`,
    ),
    'media/icon.png',
    'media/recursion.svg',
    ...walkthroughPictures,
    ...prompts.map((path) => `prompts/${path}`),
  ];

  expect(await filesIn(installed)).toEqual(expected.sort());
});

test('the notices name what is in the bundles', async () => {
  const notices = await readFile(join(installed, 'dist', 'ThirdPartyNotices.txt'), 'utf8');

  for (const name of ['openai', 'execa', 'zod', '@vscode/ripgrep']) {
    expect(notices).toMatch(new RegExp(`^${name}\\S* \\d`, 'm'));
  }
});

test('ripgrep can be run as it was installed', async () => {
  const ripgrep = join(installed, 'dist', 'bin', process.platform === 'win32' ? 'rg.exe' : 'rg');

  expect(await runProgram(ripgrep, ['--version'])).toMatch(/^ripgrep \d/);
});

test('the installed extension answers a question offline', async () => {
  await withEvidence(workbench, 'installed', async ({ page }) => {
    await askInWorkbench(workbench, 'Where is the checksum of a gauge line computed?');

    await expect.poll(() => visibleText(page), { timeout: 60_000 }).toMatch(/src\/gauge\.py:\d+/);
  });
});
