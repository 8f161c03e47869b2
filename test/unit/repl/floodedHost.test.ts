import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { repetitions } from '../../host/repetitions';
import { commit, git } from '../repository/git/gitFixture';
import { type WorkspaceFolder, workspaceFolder } from '../repository/workspaceFolder';
import type { Flooded } from './floodedHost';

/** The time limit of a cell in ms: it may wait for the repository three times as long. */
const timeoutMs = repetitions(5_000, 2_000);

/** The most memory that a host may take, in MB. */
const mostMb = 600;

/** 4,000 calls at once, whose answers are read or not. */
const runtime = (calls: string, reads: boolean) => `
import json, os, sys, threading, time, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
def send(header):
    data = json.dumps({"bytes": 0, **header}).encode() + b"\\n"
    while data: data = data[os.write(1, data):]
sys.stdin.buffer.readline()
send({"type": "ready", "python": "3.0.0"})
sys.stdin.buffer.readline()
def read():
    while os.read(0, 1 << 20): pass
if ${reads ? 'True' : 'False'}: threading.Thread(target=read, daemon=True).start()
calls = json.loads('''${calls}''')
for i in range(4000):
    method, args = calls[i % len(calls)]
    send({"type": "call", "id": i + 1, "method": method, "args": args})
time.sleep(600)
`;

const grepArgs = {
  pattern: '.',
  glob: null,
  path: null,
  ignore_case: false,
  fixed: false,
  word: false,
  multiline: false,
  before: 0,
  after: 0,
  max_count: 100_000,
};

const gitCalls = [
  ['git_log', { path: null, n: 50 }],
  ['git_log', { path: 'often.txt', n: 50 }],
  ['git_blame', { path: 'often.txt', start: 1, end: 1000 }],
  ['git_show', { rev: 'HEAD', path: null }],
  ['git_show', { rev: 'HEAD', path: 'huge.txt' }],
  ['git_diff', { a: 'HEAD~1', b: null, path: null }],
];
const searches = [
  ['grep', grepArgs],
  ['read', { path: 'huge.txt', start: 1, end: null }],
  ['files', { glob: null }],
];

describe.skipIf(process.platform === 'win32')('a host that kernels flood with calls', () => {
  let folder: WorkspaceFolder;
  let place: TemporaryFolder;

  beforeAll(async () => {
    place = await temporaryFolder('flooded');
    folder = await workspaceFolder();
    await git(folder.path, 'init', '--quiet', '--initial-branch=main');
    await folder.write(
      Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`src/${index}.ts`, 'a\n'])),
    );
    for (let index = 0; index < 5; index += 1) {
      await folder.write({ 'often.txt': `${index}\n${'same\n'.repeat(1000)}` });
      await commit(folder.path, `Change ${index}`);
    }
    // Each byte of it becomes a character of two bytes, and three in UTF-8.
    const line = Buffer.concat([Buffer.alloc(99, 0xff), Buffer.from('\n')]);
    await folder.write({ 'huge.txt': Buffer.concat(Array.from({ length: 190_000 }, () => line)) });
    await commit(folder.path, 'Huge');
    await folder.write({ 'often.txt': 'changed\n' });
  }, 120_000);

  afterAll(async () => {
    await folder[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });

  async function flood(
    calls: readonly unknown[],
    {
      kernels = 1,
      atOnce = 16,
      reads = true,
      sandbox = true,
    }: { kernels?: number; atOnce?: number; reads?: boolean; sandbox?: boolean } = {},
  ): Promise<Flooded> {
    const file = join(place.path, `${crypto.randomUUID()}.py`);
    await writeFile(file, runtime(JSON.stringify(calls), reads));
    const loader = join(projectFolder, 'test/host/typescript.mjs');
    const host = join(projectFolder, 'test/unit/repl/floodedHost.ts');
    const confinement = sandbox ? 'sandbox' : 'none';
    const given = [folder.path, file, kernels, atOnce, confinement, timeoutMs].map(String);
    const { stdout } = await execa(process.execPath, ['--import', loader, host, ...given], {
      cwd: projectFolder,
      stdin: 'ignore',
    });
    const measured: Flooded = JSON.parse(stdout);
    if (process.env['FATHOM_SHOW_FLOODS']) console.log(measured);
    return measured;
  }

  it.each([
    ['Git', gitCalls, {}],
    ['searches', searches, {}],
    ['the largest file, whole', [['read', { path: 'huge.txt', start: 1, end: null }]], {}],
    ['both, from four kernels', [...gitCalls, ...searches], { kernels: 4, sandbox: false }],
    [
      'both, from four kernels that read no answer',
      [...gitCalls, ...searches],
      { kernels: 4, reads: false },
    ],
  ])(
    'stays small and ends the cell at its limit: %s',
    async (_name, calls, options) => {
      const { programs, peakMb, answered, ends } = await flood(calls, options);
      expect(programs).toBeLessThanOrEqual(16);
      expect(peakMb).toBeLessThan(mostMb);
      expect(answered).toBeGreaterThan(0);
      const limit = `waited for the repository for its limit of ${(3 * timeoutMs) / 1000} s`;
      for (const end of ends) expect(end).toContain(limit);
    },
    120_000,
  );

  it.runIf(process.platform === 'linux')(
    'would have more than 16 processes, were they let in (control)',
    async () => {
      const few = await flood([], { kernels: 0, sandbox: false });
      expect(few.programs).toBeGreaterThan(0);
      expect(few.programs).toBeLessThanOrEqual(16);
      const many = await flood([], { kernels: 0, atOnce: 1000, sandbox: false });
      expect(many.programs).toBeGreaterThan(16);
    },
    120_000,
  );
});
