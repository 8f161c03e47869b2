import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { askServer } from '../host/asking';
import { hostMemory } from '../host/extensionHosts';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, temporaryFolder } from '../host/folders';
import { startModelServer } from '../host/modelServer';
import { runFiles } from '../host/reportFiles';
import { type ReportScript, reportText, writeReport } from '../host/reportScript';
import { openWorkbench, type Workbench } from '../host/workbench';
import type { Benchmark, BenchRow } from './benchmark';
import { compared, figure, quantile } from './benchRow';
import { PeakMemory } from './memory';

const script: ReportScript = { sections: 20_000, sectionChars: 10_000 };
/** Time between two keystrokes, in ms: a quick typist's. */
const keyGapMs = 150;
/** Keystrokes before the run, to compare with. */
const idleKeys = 40;
/** Starts the engine, so that it is known what that needs when it has nothing to do. */
const firstQuestion = 'What is measured here?';

/** A report of 200 MB in a real workbench, while somebody types in another editor. */
export const reportEditorBenchmark: Benchmark = {
  name: 'report-editor',
  describe:
    'a report of 200 MB from 16 parallel sub-calls in a real window: keystroke echo beside it, host memory, tabs',
  run: async (signal) => {
    await using temporary = await temporaryFolder('bench-report');
    const folder = await copyFixtureWorkspace(temporary.path);
    await writeFile(join(folder, 'notes.txt'), '');
    const report = writeReport(script);
    const server = await startModelServer((request) =>
      request.messages.some(({ content }) => content.includes(firstQuestion))
        ? 'I answer.\n\n```repl\nFINAL("Gauges.")\n```'
        : report(request),
    );
    try {
      await using workbench = await openWorkbench({
        folder,
        extensions: [projectFolder],
        settings: {
          'fathom.model': 'gpt-5',
          'fathom.kernel': 'native',
          'fathom.directAnswers': false,
          'fathom.cache': false,
          'fathom.limits.maxCostUsd': null,
          'fathom.limits.maxSubcalls': script.sections,
          'fathom.limits.timeoutSeconds': 3600,
          'fathom.limits.cellTimeoutSeconds': 3600,
        },
        machineSettings: { 'fathom.baseUrl': server.url },
      });
      return await measure(workbench, signal);
    } finally {
      await server.close();
    }
  },
};

async function measure(workbench: Workbench, signal: AbortSignal): Promise<readonly BenchRow[]> {
  const { page } = workbench;
  await openNotes(workbench);
  await listenForEchoes(page);
  for (let key = 0; key < idleKeys; key++) await typeOne(page);
  const idle = await echoes(page);
  await askServer(workbench, firstQuestion);
  await page.locator('.view-lines', { hasText: 'Gauges.' }).waitFor();
  const atRest = await hostMemory(workbench);
  const memory = new PeakMemory(atRest.extensionHost);
  const engineMemory = new PeakMemory(atRest.engine);
  const allMemory = new PeakMemory(atRest.extensionHost + atRest.engine);
  await askServer(workbench, 'Describe it at length.');
  await openNotes(workbench);
  const startedAt = performance.now();
  const done = page.locator('.statusbar-item', { hasText: /Report: 20,000 sections/ });
  const tabs = page.locator('.tabs-container .tab .label-name');
  let calm = 0;
  let seconds = 0;
  // Until it is written, and the documents have had time to take what they take.
  while (calm < 60) {
    signal.throwIfAborted();
    await typeOne(page);
    const now = await hostMemory(workbench);
    memory.note(now.extensionHost);
    engineMemory.note(now.engine);
    allMemory.note(now.extensionHost + now.engine);
    if ((await done.count()) === 0) continue;
    seconds ||= (performance.now() - startedAt) / 1000;
    if ((await tabs.count()) >= 11 || calm > 0) calm += 1;
    if (performance.now() - startedAt > 20 * 60_000) throw new Error('It takes too long.');
  }
  const busy = await echoes(page);
  const labels = await tabs.allTextContents();
  const bytes = await checkReport((await runFiles(workbench, '.report.md')).at(-1) ?? '');
  const parts = labels.filter((label) => /^#+ (Section 0|Report, part \d)/.test(label));
  return [
    echoRow('keystroke echo beside a growing report, median', busy, idle, 0.5),
    echoRow('keystroke echo beside a growing report, 95 of 100', busy, idle, 0.95),
    figure('keystroke echo beside a growing report, longest', Math.max(...busy), 'ms', null),
    figure('extension host over idle with that report', memory.grown / 1e6, 'MB', '< 200 MB'),
    figure('engine over idle with that report', engineMemory.grown / 1e6, 'MB', '< 200 MB'),
    figure('both together over idle', allMemory.grown / 1e6, 'MB', null),
    figure('report from sub-calls, in the editor', bytes / 1e6 / seconds, 'MB/s', null),
    figure('documents that it is shown in', parts.length, 'tabs', '8 tabs'),
  ];
}

async function openNotes(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('Go to File...');
  await page.locator('.quick-input-widget input[type="text"]').first().fill('notes.txt');
  await page
    .locator('.quick-input-list .monaco-list-row', { hasText: 'notes.txt' })
    .first()
    .click();
  await page.locator('.tabs-container .tab.active', { hasText: 'notes.txt' }).waitFor();
}

/** Has the page note how long each key takes until the active editor shows it. */
async function listenForEchoes(page: Page): Promise<void> {
  await page.evaluate(`
    window.fathomEchoes = [];
    document.addEventListener('keydown', () => {
      const pressed = performance.now();
      const lines = document.querySelector('.editor-group-container.active .view-lines');
      if (!lines) return;
      const before = lines.textContent;
      const look = () => {
        if (lines.textContent === before) requestAnimationFrame(look);
        else window.fathomEchoes.push(performance.now() - pressed);
      };
      requestAnimationFrame(look);
    }, true);
  `);
}

async function typeOne(page: Page): Promise<void> {
  await page.keyboard.press('x');
  await delay(keyGapMs);
}

/** The times since the last look, in ms. */
async function echoes(page: Page): Promise<readonly number[]> {
  const times: unknown = await page.evaluate('window.fathomEchoes.splice(0)');
  return Array.isArray(times) ? times.filter((time) => typeof time === 'number') : [];
}

function echoRow(
  name: string,
  busy: readonly number[],
  idle: readonly number[],
  share: number,
): BenchRow {
  const [value, baseline] = [quantile(busy, share), quantile(idle, share)];
  return compared(name, value, 'ms', 'before the run', baseline, '< 100 ms');
}

/** @throws {Error} when the report is not what was written, byte by byte. */
async function checkReport(path: string): Promise<number> {
  const wanted = createHash('sha256');
  for (const text of reportText(script)) wanted.update(text);
  const found = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    found.update(chunk);
    bytes += chunk.length;
  }
  if (found.digest('hex') !== wanted.digest('hex')) {
    throw new Error('The report is not as written.');
  }
  return bytes;
}
