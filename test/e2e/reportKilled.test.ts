import { readFile, stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recoverReport } from '../../src/rlm/report/recoverReport';
import { askServer } from '../host/asking';
import { withEvidence } from '../host/evidence';
import { killExtensionHosts } from '../host/extensionHosts';
import { copyFixtureWorkspace } from '../host/fixtureWorkspace';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../host/folders';
import type { ModelRequest, SaidReply } from '../host/modelScript';
import { type ModelServer, startModelServer } from '../host/modelServer';
import { repetitions } from '../host/repetitions';
import { runFiles } from '../host/reportFiles';
import { seededRandom } from '../host/seededRandom';
import { openWorkbench, type Workbench } from '../host/workbench';

/** Each kill ends several runs, each at a moment of its own. */
const kills = repetitions(5, 2);
const runsAtOnce = 4;
const sections = 400;

let temporary: TemporaryFolder;
let server: ModelServer;
let workbench: Workbench;
/** Runs begin together, when all questions are asked. */
let asked = Promise.withResolvers<void>();
/** By question: the sections whose write had returned, as the code of the run said. */
const written = new Map<string, Set<number>>();

async function say(request: ModelRequest): Promise<SaidReply> {
  if (request.speaker === 'sub') {
    const [, question = '', section] = /^(\S+) wrote (\d+)/.exec(request.prompt) ?? [];
    const known = written.get(question) ?? new Set();
    written.set(question, known.add(Number(section)));
    // Slow enough that no run ends before it is killed.
    return { text: 'Noted.', delayMs: 20 };
  }
  await asked.promise;
  const question = /<question>\s*(\S+)/.exec(request.messages[1]?.content ?? '')?.[1] ?? '';
  const code = [
    `places = [report.section(f"${question} {i}") for i in range(${sections})]`,
    `for i in [i * 37 % ${sections} for i in range(${sections})]:`,
    '    places[i].fill(f"text of {i} é\\n" * (1 + i % 40))',
    `    llm_query(f"${question} wrote {i}")`,
  ];
  return { text: `I write.\n\n\`\`\`repl\n${code.join('\n')}\n\`\`\`` };
}

beforeAll(async () => {
  temporary = await temporaryFolder('killed');
  server = await startModelServer(say);
  workbench = await openWorkbench({
    folder: await copyFixtureWorkspace(temporary.path),
    extensions: [projectFolder],
    settings: {
      'fathom.model': 'gpt-5',
      'fathom.kernel': 'native',
      'fathom.directAnswers': false,
      'fathom.cache': false,
      'fathom.limits.maxCostUsd': null,
    },
    machineSettings: { 'fathom.baseUrl': server.url },
  });
});

afterAll(async () => {
  await workbench?.[Symbol.asyncDispose]();
  await server?.close();
  await temporary?.[Symbol.asyncDispose]();
});

/** Checks what a killed run left: all that it had written, once, in its place. @returns its question. */
async function check(side: string): Promise<string> {
  // It was about to be written for the first time when all was killed.
  const isEmpty = (await stat(side)).size === 0;
  const path = isEmpty ? side.replace(/\.report-parts$/, '.report.md') : await recoverReport(side);
  const report = await readFile(path, 'utf8');
  const parts = report.split(/^## /m).slice(1);
  const question = /^\S+/.exec(parts[0] ?? '')?.[0] ?? '';
  const known = written.get(question) ?? new Set();
  expect(known.size).toBeGreaterThan(0);
  for (const [index, part] of parts.entries()) {
    const text = `text of ${index} é\n`.repeat(1 + (index % 40));
    const [heading, body = ''] = part.split(/\n\n(.*)/s);
    expect(heading?.trimEnd()).toBe(`${question} ${index}`);
    if (known.has(index)) expect(body.trimEnd()).toBe(text.trimEnd());
    // Written, but killed before it could say so; or not written at all.
    else expect(text.startsWith(body.trimEnd())).toBe(true);
  }
  expect(parts.length).toBe(sections);
  return question;
}

test.runIf(process.platform === 'linux')(
  'what was written to a report is there, whenever VS Code is killed',
  async () => {
    await withEvidence(workbench, 'report-killed', async ({ page }) => {
      const random = seededRandom(20);
      const checked = new Set<string>();
      for (let kill = 0; kill < kills; kill++) {
        const questions = Array.from({ length: runsAtOnce }, (_, n) => `Q${kill}-${n}`);
        asked = Promise.withResolvers();
        for (const question of questions) await askServer(workbench, question);
        asked.resolve();
        const wanted = 1 + Math.floor(random() * 60);
        const least = () => Math.min(...questions.map((one) => written.get(one)?.size ?? 0));
        await expect.poll(least, { timeout: 60_000, interval: 1 }).toBeGreaterThanOrEqual(wanted);
        expect(await killExtensionHosts(workbench)).toBeGreaterThan(0);
        await server.idle();
        for (const side of await runFiles(workbench, '.report-parts'))
          checked.add(await check(side));
        for (const question of questions) expect(checked).toContain(question);
        if (kill === kills - 1) break;
        await page.reload();
        await page.locator('.monaco-workbench .statusbar-item').first().waitFor();
      }
      expect(checked.size).toBe(kills * runsAtOnce);
    });
  },
);
