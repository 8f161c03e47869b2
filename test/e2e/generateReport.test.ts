import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endOfText, visibleText } from '../host/asking';
import { chooseColorTheme, colorThemes } from '../host/colorTheme';
import { withEvidence } from '../host/evidence';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import { type ModelServer, startModelServer } from '../host/modelServer';
import { openRecursionView } from '../host/recursionView';
import { testResultsFolder } from '../host/testCounts';
import { openWorkbench, type Workbench } from '../host/workbench';

/** A busy machine may take its time. */
const patiently = { timeout: 60_000 };

const citation = /src\/gauge\.py:\d+/;

const cell = (code: string, intention = 'I write') =>
  `${intention}.\n\n\`\`\`repl\n${code}\n\`\`\`\n`;

/** What the model writes for the first report: the sections are written out of order. */
const overview = `gauge, tides, warnings = [read(f"src/{name}.py") for name in ("gauge", "tides", "warnings")]
report.write("# Tide station\\n\\nReads the gauges of a harbour, predicts the tides and warns ships of low water.\\n")
titles = ["The parts", "Reading a gauge", "What a line says", "Predicting tides", "Warning ships"]
places = {title: report.section(title, level=3 if "line" in title else 2) for title in titles}
places["The parts"].fill("""\`\`\`mermaid
flowchart LR
  line["serial line"] --> gauge["gauge.py"]
  tides["tides.py"] --> warnings["warnings.py"] --> ships["ships"]
\`\`\`

| File | What it is for | Begins at |
| --- | --- | --- |
| gauge.py | asks a gauge | \`src/gauge.py:27\` |
| tides.py | predicts the level | \`src/tides.py:25\` |
| warnings.py | decides who is warned | \`src/warnings.py:8\` |
""")
places["Warning ships"].fill("A ship is warned when less than half a metre is left under its keel at the next low water (\`src/warnings.py:8-11\`).")
places["Reading a gauge"].fill("""A gauge is asked five times before it counts as silent (\`src/gauge.py:5\`). The pause before the next try is a quarter of a second, and doubles each time (\`src/gauge.py:27-37\`).
""")
places["What a line says"].fill("A name, a level in millimetres and a checksum: the sum of all bytes, modulo 251 (\`src/gauge.py:13-15\`).")
places["Predicting tides"].fill("The level is the sum of three waves around a mean (\`src/tides.py:25-30\`).")
print(report.sections())`;

let temporary: TemporaryFolder;
let server: ModelServer;
let workbench: Workbench;
/** The model goes on after its second turn only then. */
let released = false;

beforeAll(async () => {
  temporary = await temporaryFolder('report');
  server = await startModelServer(({ messages }) => {
    const turn = messages.filter(({ role }) => role === 'assistant').length;
    if (messages.some(({ content }) => content.includes('template="architecture-overview"'))) {
      return turn === 0
        ? cell(overview, 'Write section by section')
        : cell('files()\nFINAL("The report has five sections.")', 'Answer');
    }
    if (turn === 0) {
      return cell(
        'places = [report.section(f"Chapter {n}") for n in range(1, 5)]\nplaces[0].fill("The gauge is asked five times, see `src/gauge.py:5`.\\n")\nplaces[2].fill("Later.\\n")',
      );
    }
    if (!released) return { stall: true, after: 'I think about the rest.' };
    return cell(
      'places[1].fill("Second.")\nplaces[3].fill("Fourth.")\nfiles()\nFINAL("Four chapters.")',
    );
  });
  const folder = await copyFixtureWorkspace(temporary.path);
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=Nora', '-c', 'user.email=nora@localhost', ...args], {
      cwd: folder,
      env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    });
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'Ask gauges for their level');
  await git('tag', 'v1.0');
  await git('commit', '--quiet', '--allow-empty', '--message', 'Warn of high tides');
  workbench = await openWorkbench({
    folder,
    extensions: [projectFolder],
    settings: {
      'editor.minimap.enabled': false,
      'workbench.colorTheme': 'Default Dark Modern',
      'workbench.reduceMotion': 'on',
      'git.openRepositoryInParentFolders': 'never',
      'fathom.model': 'gpt-5',
      'fathom.subModel': 'gpt-5',
      'fathom.kernel': 'native',
    },
    machineSettings: { 'fathom.baseUrl': server.url },
    size: { width: 1360, height: 800 },
  });
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await server?.close();
  await temporary?.[Symbol.asyncDispose]();
});

/** The picture of the README and the walkthrough, taken anew when that is asked for. */
const published = process.env['FATHOM_PICTURES'] === undefined ? null : 'report-dark';

/** Keeps what the window shows, for people to look at. */
async function keepPicture(name: string): Promise<void> {
  await mkdir(testResultsFolder, { recursive: true });
  const path =
    name === published
      ? join(projectFolder, 'media', 'report.png')
      : join(testResultsFolder, `${name}.png`);
  await workbench.page.screenshot({ path });
}

const picker = (page: Page) => page.locator('.quick-input-widget');
const row = (page: Page, text: string) =>
  picker(page).locator('.monaco-list-row', { hasText: text }).first();
const title = (page: Page, text: string) =>
  picker(page).locator('.quick-input-title', { hasText: text });

/** The sign in the Report view that a section was written. */
const written = (page: Page, section: string) =>
  page
    .locator('.pane', { hasText: /^Report/ })
    .locator('.monaco-list-row', { hasText: section })
    .locator('.codicon-check');

/** Takes the mouse where it shows no hint. */
async function moveMouseAway(page: Page): Promise<void> {
  await page.mouse.move(680, 600);
  await page.locator('.workbench-hover').waitFor({ state: 'hidden' });
}

test('a report is chosen step by step, and back', async () => {
  await withEvidence(workbench, 'report-steps', async ({ page }) => {
    await workbench.runCommand('Fathom: Generate Report about Repository');
    await row(page, 'Architecture overview').waitFor();
    await keepPicture('report-kind');
    await row(page, 'Change log between two revisions').click();
    await title(page, 'from which revision').waitFor();
    await row(page, 'Warn of high tides').waitFor();
    await keepPicture('report-revisions');
    await row(page, 'v1.0').click();
    await title(page, 'from v1.0 to which').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await title(page, 'from which revision').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await row(page, 'Architecture overview').click();
    await title(page, 'Language of the report').waitFor();
    await keepPicture('report-language');
    await row(page, 'English').click();
    await title(page, 'Where the report goes').waitFor();
    await keepPicture('report-target');
    await row(page, 'New editor document').click();
    await row(page, 'Go on without a key').click();
    await page.locator('.tabs-container .tab', { hasText: 'Untitled-2' }).waitFor();
  });
});

/** The rendered Markdown of the preview that is open. */
const preview = (page: Page) =>
  page
    .frameLocator('.monaco-workbench iframe.webview.ready[src*="markdown-language-features"]')
    .frameLocator('#active-frame');

test('it is read with its citations, in the editor and rendered', async () => {
  await withEvidence(workbench, 'report-read', async ({ page }) => {
    await page.locator('.tabs-container .tab', { hasText: 'Untitled-2' }).click();
    await page.locator('.statusbar-item', { hasText: /Report: 5 sections/ }).waitFor();
    await page.locator('.view-line', { hasText: 'Citations: 8 used' }).waitFor();
    await expect.poll(() => visibleText(page), patiently).toContain('## The parts');
    await page.locator('.detected-link', { hasText: citation }).first().waitFor();
    await expect.poll(() => endOfText(page), patiently).toContain('*Written by Fathom with gpt-5');
    await keepPicture('report-end');
    await page.keyboard.press('ControlOrMeta+Home');
    const action = '.editor-group-container.active .action-label[aria-label^="Open Preview"]';
    await page.locator(`${action}:not([aria-label*="Side"])`).click();
    await preview(page).locator('a', { hasText: citation }).first().click();
    await page.locator('.tabs-container .tab.active', { hasText: 'gauge.py' }).waitFor();
    await workbench.runCommand('View: Close Editor');
    await page.locator('.tabs-container .tab.active', { hasText: 'Preview' }).waitFor();
    await workbench.runCommand('View: Close Editor');
    await page.locator('.tabs-container .tab.active', { hasText: 'Untitled-2' }).waitFor();
  });
});

test('its outline, its text and its preview stand side by side', async () => {
  await withEvidence(workbench, 'report-side-by-side', async ({ page }) => {
    await (await openRecursionView(workbench)).getByRole('treeitem').first().waitFor();
    for (const title of ['The parts', 'Reading a gauge', 'What a line says', 'Warning ships']) {
      await written(page, title).waitFor();
    }
    await workbench.runCommand('View: Move Editor into Previous Group');
    await workbench.runCommand('Markdown: Open Preview to the Side');
    await preview(page).locator('.mermaid svg').waitFor();
  });
});

test.each(colorThemes)('it is at home in $name', async (theme) => {
  await withEvidence(workbench, `report-${theme.kind}`, async ({ page }) => {
    await chooseColorTheme(workbench, theme);
    await preview(page).locator(`body.vscode-${theme.kind}`).waitFor();
    // A diagram keeps the colors that it was drawn with until it is drawn anew.
    const diagram = preview(page).locator('.mermaid svg');
    // The preview may be loaded anew for the theme just now.
    const mark = () => diagram.evaluate((svg) => svg.classList.toggle('before', true));
    await expect.poll(mark).toBe(true);
    await workbench.runCommand('Markdown: Refresh Preview');
    await preview(page).locator('.mermaid svg:not(.before)').waitFor();
    // What is behind a link is what the theme chose its color for.
    const cited = preview(page).locator('a code', { hasText: citation }).first();
    await expect
      .poll(() =>
        cited.evaluate((code) => code.computedStyleMap().get('background-color')?.toString()),
      )
      .toBe('rgba(0, 0, 0, 0)');
    await moveMouseAway(page);
    await keepPicture(`report-${theme.kind}`);
  });
});

test('one that a killed window left is offered, and finished', async () => {
  await withEvidence(workbench, 'report-unfinished', async ({ page }) => {
    const before = server.requests.length;
    await workbench.runCommand('Fathom: Show Recursion');
    await workbench.runCommand('Fathom: Generate Report about Repository');
    await title(page, 'Generate Report').waitFor();
    await picker(page).locator('input[type="text"]').first().fill('The gauges');
    await row(page, 'Write about “The gauges”').click();
    await title(page, 'Language').waitFor();
    await page.keyboard.press('Enter');
    await title(page, 'Where the report goes').waitFor();
    await page.keyboard.press('Enter');
    await server.arrived(before + 2);
    const pid = await writerOf(join(dirname(workbench.extensionsFolder), 'user-data'));
    process.kill(pid, 'SIGKILL');

    // What the killed host had shown is gone with it.
    await page.locator('.pane', { hasText: /^Report/ }).waitFor({ state: 'hidden' });
    const toast = page.locator('.notification-toast', { hasText: 'An unfinished report about' });
    await toast.waitFor({ timeout: 60_000 });
    expect(await toast.textContent()).toContain('“The gauges” (2 of 4 sections) was found.');
    await keepPicture('report-offer');
    released = true;
    await toast.locator('.monaco-button', { hasText: 'Resume' }).click();
    await expect.poll(() => visibleText(page), patiently).toContain('Four chapters.');
    await page.locator('.statusbar-item', { hasText: /Report: 4 sections/ }).waitFor();
    await workbench.runCommand('Fathom: Show Report');
    await expect
      .poll(() => visibleText(page), patiently)
      .toMatch(/Chapter 1.*five times.*Second\..*Later\..*Fourth\./s);
    await written(page, 'Chapter 4').waitFor();
    const active = page.locator('.editor-group-container.active');
    await active.locator('.detected-link', { hasText: citation }).first().waitFor();
    await moveMouseAway(page);
    await keepPicture('report-resumed');
  });
});

/** The extension host that writes a report now, once its record says how far it is. */
async function writerOf(userData: string): Promise<number> {
  const folder = join(userData, 'User', 'globalStorage', 'fathom.fathom', 'runs');
  const read = async () => {
    const names = await readdir(folder).catch(() => []);
    const name = names.find((file) => file.endsWith('.unfinished.json'));
    return name === undefined ? '' : await readFile(join(folder, name), 'utf8').catch(() => '');
  };
  await expect.poll(read, patiently).toContain('"openSections":2');
  const { pid }: { pid: number } = JSON.parse(await read());
  return pid;
}
