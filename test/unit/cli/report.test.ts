import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recoverReport } from '../../../src/rlm/report/recoverReport';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { startModelServer } from '../../host/modelServer';
import { buildAsk, startAsk } from './askProcess';

let folder: TemporaryFolder;
let bundle: string;
let repository: string;

beforeAll(async () => {
  folder = await temporaryFolder('ask-report');
  bundle = await buildAsk(folder.path);
  repository = join(folder.path, 'repository');
  await mkdir(join(repository, 'src/deep'), { recursive: true });
  await writeFile(
    join(repository, 'src/kernel.ts'),
    '/** Runs cells. See {@link stop}. */\nexport function execute() {}\n\nexport class Kernel {}\n',
  );
  await writeFile(
    join(repository, 'src/deep/tool.py'),
    '"""Tools of the trade."""\n\n\ndef cut():\n    """Cuts it."""\n',
  );
  await writeFile(join(repository, 'README.md'), '# Kernels\n');
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

const ask = (...args: string[]) =>
  startAsk(bundle, ['--log', join(folder.path, 'log'), ...args], { cwd: repository });

describe('ask --report', () => {
  it('writes an offline report with a section per module, whose citations verify', async () => {
    const path = join(folder.path, 'overview.md');
    const run = await ask(
      '--offline',
      '--json',
      '--report',
      path,
      'Describe every module of this repository',
    );
    expect(run.exitCode).toBe(0);
    const result: { report: string; reportBytes: number; citations: { evidence: string }[] } =
      JSON.parse(run.stdout);
    const text = await readFile(path, 'utf8');
    expect(result).toMatchObject({ report: path, reportBytes: Buffer.byteLength(text) });
    expect(result.citations).toHaveLength(4);
    expect(
      result.citations.every(({ evidence }) => evidence === 'used' || evidence === 'read'),
    ).toBe(true);
    expect(text).toContain(
      '\n## src\n\n1 file, TypeScript.\n\n### kernel.ts\n\n- `execute` (`src/kernel.ts:1-2`): Runs cells.\n- `Kernel` (`src/kernel.ts:4`)\n\n## src/deep\n',
    );
    expect(text).toContain(
      'Tools of the trade. (`src/deep/tool.py:1`)\n\n- `cut` (`src/deep/tool.py:4-5`): Cuts it.\n',
    );
    expect(text).toMatch(/\n## Sources\n\nThe report cites 4 places:\n\n[\s\S]*\n## Coverage\n/);
    expect(run.stderr).toContain(`report ${path} (2 sections, `);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('never replaces text, and tells so before anything is asked', async () => {
    const path = join(folder.path, 'mine.md');
    await writeFile(path, 'mine');
    const run = await ask('--offline', '--report', path, 'Describe every module');
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/mine\.md: it has text already, which is never replaced/);
    expect(await readFile(path, 'utf8')).toBe('mine');
    const inFile = await ask('--offline', '--report', join(path, 'x.md'), 'Describe every module');
    expect(inFile.exitCode).toBe(2);
    expect(inFile.stderr).toContain('a part of its path is a file');
    const inFolder = await ask('--offline', '--report', folder.path, 'Describe every module');
    expect(inFolder).toMatchObject({ exitCode: 2, stdout: '' });
    expect(inFolder.stderr).toContain(`${folder.path}: it is a folder. Name a file.`);
  });

  it('makes the folders that are missing', async () => {
    const path = join(folder.path, 'new', 'deep', 'overview.md');
    const run = await ask('--offline', '--report', path, 'Describe every module');
    expect(run.exitCode).toBe(0);
    expect(await readFile(path, 'utf8')).toContain('## src/deep');
  });

  it('tells that there is no place beside the logs, before anything is asked', async () => {
    const log = join(repository, 'README.md');
    const run = await ask('--offline', '--report-template', 'glossary', '--log', log);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain(
      `The report has no place to go: ${log} is a file where a folder should be. Move it away or rename it. No model was asked.`,
    );
  });

  it('names the templates when there is none of that name, and asks for revisions', async () => {
    const wrong = await ask('--offline', '--report-template', 'poem');
    expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
    expect(wrong.stderr).toMatch(
      /no report template "poem"\. Templates are: architecture-overview, api-reference, .*glossary/,
    );
    const unnamed = await ask('--offline', '--report-template', 'change-log');
    expect(unnamed.exitCode).toBe(2);
    expect(unnamed.stderr).toContain('name them with --revisions FROM..TO');
  });

  it.runIf(existsSync('/dev/full'))('says that the disk is full', async () => {
    const run = await ask('--offline', '--report', '/dev/full', 'Describe every module');
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toMatch(/The report is not complete: .*disk is full/);
  });

  it('keeps all that was written when it is killed, at whatever moment', async () => {
    const script = `Write.
\`\`\`repl
import time
places = [report.section(f"S{i}") for i in range(200)]
for i in [i * 37 % 200 for i in range(200)]:
    places[i].fill(f"text of {i}\\n")
    print(i, flush=True)
    time.sleep(0.002)
\`\`\``;
    const server = await startModelServer(() => script);
    try {
      for (const kills of [1_000, 8_000, 14_000, 18_000]) {
        const log = join(folder.path, `log-${kills}`);
        await mkdir(log);
        // Beside the log: nowhere else is a report changed because a side file says so.
        const path = join(log, 'killed.md');
        const child = startAsk(
          bundle,
          ['--log', log, '--base-url', server.url, '--model', 'm', '--report', path, 'Write.'],
          { cwd: repository, env: { OPENAI_API_KEY: 'test-key-000' } },
        );
        await grown(log, kills);
        child.kill('SIGKILL');
        await child;
        const side = await sideFile(log);
        const spooled = await readFile(side, 'utf8');
        const filled = [...spooled.matchAll(/text of (\d+)\n/g)].map((m) => m[1]);
        await recoverReport(side);
        const text = await readFile(path, 'utf8');
        const sections = [...text.matchAll(/^## S(\d+)$/gm)].map((match) => Number(match[1]));
        expect(sections).toEqual(sections.map((_, i) => i));
        const reserved = spooled.match(/^## S\d+$/gm)?.length ?? 0;
        expect(sections.length).toBe(reserved + 1);
        for (const n of filled) expect(text).toContain(`## S${n}\n\ntext of ${n}\n`);
        const texts = text.match(/text of \d+/g) ?? [];
        expect(texts.length).toBe(new Set(texts).size);
      }
    } finally {
      await server.close();
    }
  }, 60_000);
});

async function sideFile(log: string): Promise<string> {
  const name = (await readdir(log)).find((file) => file.endsWith('.report-parts'));
  return join(log, name ?? 'no side file');
}

/** Polls until so much is in the side file. */
async function grown(log: string, bytes: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const side = existsSync(log) ? await sideFile(log) : '';
    const size = existsSync(side) ? (await stat(side)).size : 0;
    if (size > bytes) return;
    if (Date.now() > deadline) throw new Error(`The side file has only ${size} bytes.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
