import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import type { ModelRequest } from '../../host/modelScript';
import { type ModelServer, startModelServer } from '../../host/modelServer';
import { buildAsk, startAsk } from './askProcess';

let folder: TemporaryFolder;
let bundle: string;
let server: ModelServer;

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;

function reply({ messages, prompt }: ModelRequest): string {
  if (!messages.some(({ content }) => content.includes('<question>'))) return `(${prompt})`;
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  const turns = [
    cell('kept = llm_query("first")\nprint(kept)'),
    cell('FINAL(kept)'),
    cell('FINAL(kept + llm_query("first") + "again")'),
  ];
  return turns[turn] ?? 'no more';
}

beforeAll(async () => {
  folder = await temporaryFolder('follow-up');
  bundle = await buildAsk(folder.path);
  await writeFile(join(folder.path, 'words.txt'), 'All kinds of words.\n'.repeat(5_000));
  server = await startModelServer(reply);
});
afterAll(async () => {
  await server.close();
  await folder[Symbol.asyncDispose]();
});

const log = () => join(folder.path, 'log');
async function ask(...args: readonly string[]) {
  const before = server.requests.length;
  const fixed = ['--base-url', server.url, '--model', 'scripted', '--log', log()];
  const run = await startAsk(bundle, [...fixed, '--file', 'words.txt', '--json', ...args], {
    cwd: folder.path,
    env: { OPENAI_API_KEY: 'test-key-000' },
  });
  return { ...run, requests: server.requests.length - before };
}

describe('ask --follow-up', () => {
  it('asks again in the conversation of a run, or finishes that run', async () => {
    const first = await ask('What is first?');
    const { run, trajectory } = JSON.parse(first.stdout) as Record<string, string>;
    expect(first.requests).toBe(3);
    const second = await ask('--follow-up', run ?? '', 'And again?');
    // The sub-call was answered before: its reply is remembered between runs.
    expect(second.requests).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({
      status: 'answered',
      answer: '(first)(first)again',
    });
    const finished = await ask('--follow-up', trajectory ?? '');
    expect(finished.requests).toBe(0);
    expect(JSON.parse(finished.stdout)).toMatchObject({ status: 'answered', answer: '(first)' });
    expect(await readdir(log())).toContain('cache');
  });

  it('finishes the report of a run in its file, which another run may not touch', async () => {
    const path = join(folder.path, 'report.md');
    const first = await ask('--report', path, 'What is first, at length?');
    const { run } = JSON.parse(first.stdout) as Record<string, string>;
    const text = await readFile(path, 'utf8');
    expect(text).toContain('(first)');
    const finished = await ask('--follow-up', run ?? '', '--report', path);
    expect(finished.requests).toBe(0);
    expect(JSON.parse(finished.stdout)).toMatchObject({ status: 'answered', report: path });
    expect(await readFile(path, 'utf8')).toBe(text);
    const other = await ask('--follow-up', run ?? '', '--report', path, 'And again?');
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('it has text already, which is never replaced');
  });

  it('works offline too, about the same repository', async () => {
    const repository = join(folder.path, 'repository');
    await mkdir(repository);
    await writeFile(join(repository, 'tides.py'), 'def next_tide(port):\n    return 1\n');
    await writeFile(join(repository, 'ships.py'), 'def ship_draught(ship):\n    return 2\n');
    const offline = async (...args: readonly string[]) => {
      const fixed = ['--offline', '--log', log(), '--json'];
      const { stdout } = await startAsk(bundle, [...fixed, ...args], { cwd: repository });
      return JSON.parse(stdout) as { run: string; answer: string; citations: { path: string }[] };
    };
    const first = await offline('Where is the next tide computed?');
    expect(first.citations[0]?.path).toBe('tides.py');
    const second = await offline('--follow-up', first.run, 'And where is the draught of a ship?');
    expect(second.citations[0]?.path).toBe('ships.py');
  });

  it('asks what is meant when it is run elsewhere, and goes on there when it is told to', async () => {
    const [one, other] = [join(folder.path, 'one'), join(folder.path, 'other')];
    for (const [path, text] of [
      [one, 'def harbour():\n    return 1\n'],
      [other, 'def lighthouse():\n    return 2\n'],
    ] as const) {
      await mkdir(path);
      await writeFile(join(path, 'code.py'), text);
    }
    const offline = (cwd: string, ...args: readonly string[]) =>
      startAsk(bundle, ['--offline', '--log', log(), '--json', ...args], { cwd });
    const { run } = JSON.parse((await offline(one, 'Where is harbour?')).stdout) as { run: string };
    const refused = await offline(other, '--follow-up', run, 'Where is lighthouse?');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`${run} was about ${one}, and this is about ${other}.`);
    expect(refused.stderr).toContain(`name what it was about: --folder ${one}\n`);
    const told = await offline(
      other,
      '--follow-up',
      run,
      '--folder',
      other,
      'Where is lighthouse?',
    );
    expect(told.exitCode).toBe(0);
    expect(told.stderr).toContain(`this is about ${other}. What the run has read`);
    const back = await offline(other, '--follow-up', run, '--folder', one, 'And where is harbour?');
    expect(back.stderr).not.toContain('was about');
    expect(back.exitCode).toBe(0);
  });

  it('says so when there is no such run', async () => {
    const run = await ask('--follow-up', 'nothing', 'And again?');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('There is no run "nothing" to go on from.');
  });
});
