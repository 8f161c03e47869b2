import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/rlm/request';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { apiError, type ModelScript } from '../../host/modelScript';
import { type ModelServer, startModelServer } from '../../host/modelServer';
import { buildAsk, processesOf, startAsk } from './askProcess';

let folder: TemporaryFolder;
let bundle: string;
let repository: string;

beforeAll(async () => {
  folder = await temporaryFolder('ask');
  bundle = await buildAsk(folder.path);
  repository = join(folder.path, 'repository');
  await mkdir(join(repository, 'src'), { recursive: true });
  await writeFile(
    join(repository, 'src', 'kernel.ts'),
    'export function execute() {\n  run();\n}\n',
  );
  // Too much text for the question to be asked directly.
  await writeFile(join(repository, 'words.txt'), 'All kinds of words.\n'.repeat(5_000));
  await writeFile(join(repository, 'README.md'), '# Kernels\n\nThe kernel executes cells.\n');
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

const look = 'I look for it.\n```repl\nprint(grep("execute"))\nprint(read("src/kernel.ts"))\n```';
const submit =
  'I submit.\n```repl\nanswer["content"] = "In `src/kernel.ts:1-3`."\nanswer["ready"] = True\n```';

type Run = Awaited<ReturnType<typeof startAsk>>;

/** Runs `ask` on the small repository to its end. */
async function ask(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  return startAsk(bundle, ['--log', join(folder.path, 'log'), ...args], { cwd: repository, env });
}

/** The same, with a model that says what the script has. */
async function askModel(
  script: ModelScript,
  args: readonly string[],
  options: { apiKey?: string; key?: string } = {},
): Promise<Run> {
  const server = await startModelServer(script, options.apiKey ? { apiKey: options.apiKey } : {});
  try {
    return await ask(['--base-url', server.url, '--model', 'scripted', ...args], {
      OPENAI_API_KEY: options.key ?? 'test-key-000',
    });
  } finally {
    await server.close();
  }
}

function json(run: Run): RunResult {
  const result: RunResult = JSON.parse(run.stdout);
  return result;
}

describe('ask', () => {
  it('prints the answer on stdout, and progress and facts on stderr', async () => {
    const run = await askModel([look, submit], ['Where is it executed?']);
    expect(run).toMatchObject({ exitCode: 0, stdout: 'In `src/kernel.ts:1-3`.\n' });
    expect(run.stderr).toContain('scripted on repository: Where is it executed?');
    expect(run.stderr).toContain('turn 1: I look for it');
    expect(run.stderr).toContain('1 citation: 1 read');
    expect(run.stderr).toContain('cost unknown');
    expect(run.stderr).toMatch(/trajectory .*log.*\.jsonl/);
    expect(run.stderr).not.toContain('\u001b');
  });

  it('prints one JSON object with --json', async () => {
    const run = await askModel([look, submit], ['--json', 'Where is it executed?']);
    expect(run.exitCode).toBe(0);
    expect(json(run)).toMatchObject({
      answer: 'In `src/kernel.ts:1-3`.',
      status: 'answered',
      reason: null,
      model: 'scripted',
      subModel: 'scripted',
      kernel: 'native',
      iterations: 2,
      citations: [{ path: 'src/kernel.ts', start: 1, end: 3, verified: true, evidence: 'read' }],
      report: null,
      reportBytes: 0,
    });
  });

  it('answers offline when there is neither a key nor a base URL, and says so', async () => {
    const run = await ask(['--json', 'Where is execute defined?']);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain('Neither OPENAI_API_KEY, ANTHROPIC_API_KEY nor a base URL is set');
    expect(json(run).citations).toContainEqual(
      expect.objectContaining({ path: 'src/kernel.ts', verified: true }),
    );
  });

  it('asks about documents with --file', async () => {
    const server = await startModelServer([
      'I count.\n```repl\nprint(type(context).__name__, len(context))\n```',
      'I submit.\n```repl\nFINAL("100,000 characters.")\n```',
    ]);
    const run = await ask(
      ['--base-url', server.url, '--model', 'm', '--file', 'words.txt', 'How long?'],
      {},
    );
    await server.close();
    expect(run.exitCode).toBe(0);
    expect(server.requests[1]?.prompt).toContain('str 100000');
  });

  it('asks about a small document directly', async () => {
    const run = await askModel(
      ['Cells, see README.md:3.'],
      ['--json', '--file', 'README.md', 'What?'],
    );
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      answer: 'Cells, see README.md:3.',
      citations: [{ path: 'README.md', start: 3, end: 3, verified: true, evidence: 'read' }],
      iterations: 1,
    });
  });

  it.each([
    ['is not there', 'nowhere', "nowhere can't be read"],
    ['replaces no prompt', '.', 'README.md replaces no prompt'],
  ])('exits with 2 when the folder of prompts %s', async (_, prompts, message) => {
    const run = await askModel([look, submit], ['--prompts', prompts, 'Where?']);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(message);
    expect(run.stderr).not.toContain('bug');
  });

  it('gives what there is when a limit is reached, and says which', async () => {
    const run = await askModel(
      [look, 'It is in `src/kernel.ts:1`.'],
      ['--max-iterations', '1', 'Where is it executed?'],
    );
    expect(run).toMatchObject({ exitCode: 3, stdout: 'It is in `src/kernel.ts:1`.\n' });
    expect(run.stderr).toContain('Stopped by a limit: The limit of 1 turn was reached.');
  });

  it('goes on without a trajectory when it can not be written', async () => {
    const server = await startModelServer([look, submit]);
    const args = ['--base-url', server.url, '--model', 'm', '--log', join(repository, 'README.md')];
    const run = await startAsk(bundle, [...args, '--json', 'Where?'], { cwd: repository });
    await server.close();
    expect(run.exitCode).toBe(0);
    expect(json(run).trajectory).toBeNull();
    expect(run.stderr).toMatch(
      /This run can't be kept: .+README\.md is a file where a folder should be/,
    );
  });

  it('is quiet when nobody reads its answer', async () => {
    const server = await startModelServer([look, submit]);
    const running = startAsk(bundle, ['--base-url', server.url, '--model', 'm', 'Where?'], {
      cwd: repository,
    });
    running.stdout.destroy();
    const run = await running;
    await server.close();
    expect(run.exitCode).toBe(0);
    expect(run.stderr).not.toContain('EPIPE');
  });
});

describe('an answer that can not be written', () => {
  it.runIf(process.platform === 'linux')('is no success', async () => {
    const run = await execa(
      'sh',
      ['-c', '"$0" "$1" --help > /dev/full', process.execPath, bundle],
      {
        reject: false,
      },
    );
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toMatch(/^ask: The output can't be written: .*ENOSPC.*$/);
  });
});

describe('bad input', () => {
  it.each<[string, readonly string[], number, RegExp]>([
    ['no question', [], 2, /There is no question/],
    ['an empty question', [''], 2, /question is empty/],
    ['an unknown option', ['--colour', 'q'], 2, /unknown option '--colour'/],
    ['no such folder', ['--folder', 'missing', 'q'], 2, /missing.*does not exist/],
    ['a file as folder', ['--folder', 'README.md', 'q'], 2, /README.md is not a folder/],
    ['an empty folder', ['--folder', '../empty', 'q'], 2, /empty is empty/],
    ['no such document', ['--file', 'missing.txt', 'q'], 2, /missing.txt: it does not exist/],
    ['a base URL but no model', ['q', '--base-url', 'http://127.0.0.1:9'], 2, /No model is named/],
    ['no such interpreter', ['--offline', '--python', './no-python', 'q'], 4, /no-python/],
  ])('%s: says so and exits with its status, also as JSON', async (_, args, status, message) => {
    await mkdir(join(folder.path, 'empty'), { recursive: true });
    const plain = await ask(args);
    expect(plain).toMatchObject({ exitCode: status, stdout: '' });
    expect(plain.stderr).toMatch(message);
    const run = await ask(['--json', ...args]);
    expect(run.exitCode).toBe(status);
    expect(json(run)).toMatchObject({ status: 'error', answer: '', usage: { costUsd: null } });
    expect(json(run).reason).toMatch(message);
  });

  it('a Python that is too old', async () => {
    const old = join(folder.path, 'old-python');
    // A real interpreter that says that it is an old one is beyond what a test can install.
    await writeFile(old, '#!/bin/sh\necho "Python 2.7.18" >&2\necho 2.7.18\nexit 1\n', {
      mode: 0o755,
    });
    const run = await ask(['--offline', '--python', old, 'q']);
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('old-python');
  });

  it('no ripgrep', async () => {
    const broken = join(folder.path, 'without-ripgrep');
    await mkdir(broken);
    const other = await buildAsk(broken);
    await rm(join(broken, 'dist', 'bin'), { recursive: true });
    const run = await startAsk(other, ['--offline', 'q'], { cwd: repository });
    expect(run).toMatchObject({ exitCode: 4, stdout: '' });
    expect(run.stderr).toContain('ripgrep');
  });

  it('a model server that refuses connections', async () => {
    const closed = createServer();
    closed.listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    closed.close();
    await once(closed, 'close');
    const url = `http://127.0.0.1:${port}/v1`;
    const run = await ask(['--base-url', url, '--model', 'm', '--json', 'q']);
    expect(run.exitCode).toBe(4);
    expect(json(run).status).toBe('error');
    expect(json(run).reason).toContain(String(port));
  });

  it('a key that is refused', async () => {
    const run = await askModel([], ['q'], { apiKey: 'right', key: 'wrong-key-111' });
    expect(run).toMatchObject({ exitCode: 4, stdout: '' });
    expect(run.stderr).toMatch(/401|key/i);
    expect(run.stderr).not.toContain('wrong-key-111');
  });

  it('a model that does not exist', async () => {
    const run = await askModel([apiError(404, 'The model `m` does not exist')], ['q']);
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('scripted');
  });
});

describe.skipIf(process.platform === 'win32')('an interrupted run', () => {
  /** Starts a run, waits until the model was asked `requests` times, interrupts. */
  async function interrupted(
    server: ModelServer,
    requests: number,
    signal: 'SIGINT' | 'SIGTERM',
    args: readonly string[] = [],
  ) {
    const running = startAsk(
      bundle,
      [
        '--base-url',
        server.url,
        '--model',
        'm',
        '--log',
        join(folder.path, 'log'),
        ...args,
        'Where?',
      ],
      { cwd: repository },
    );
    const early = running.then((run) => Promise.reject(new Error(`It ended: ${run.stderr}`)));
    await Promise.race([server.arrived(requests), early]);
    early.catch(() => undefined);
    running.kill(signal);
    return running;
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('ends soon after %s', async (signal) => {
    const server = await startModelServer([look, { stall: true, after: 'I think' }]);
    try {
      const run = await interrupted(server, 2, signal);
      expect(run.exitCode).toBe(130);
      expect(run.signal).toBeUndefined();
      expect(run.stderr).toContain('Cancelled');
      expect(run.stderr).not.toMatch(/failed|error/i);
      await server.idle();
      if (process.platform === 'linux') expect(await processesOf(folder.path)).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('gives what there was, as JSON too', async () => {
    const draft =
      'I draft.\n```repl\nanswer["content"] = "Perhaps in `src/kernel.ts:1`."\nprint(1)\n```';
    const server = await startModelServer([draft, { stall: true }]);
    try {
      const run = await interrupted(server, 2, 'SIGINT', ['--json']);
      expect(run.exitCode).toBe(130);
      expect(json(run)).toMatchObject({
        status: 'cancelled',
        answer: 'Perhaps in `src/kernel.ts:1`.',
      });
    } finally {
      await server.close();
    }
  });

  it('leaves no kernel behind when a cell is interrupted', async () => {
    const busy = 'I wait.\n```repl\nllm_query("go")\nwhile True: pass\n```';
    const server = await startModelServer([busy, 'gone']);
    try {
      const run = await interrupted(server, 2, 'SIGINT');
      expect(run.exitCode).toBe(130);
      if (process.platform === 'linux') expect(await processesOf(folder.path)).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
