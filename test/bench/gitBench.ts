import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { openRepository } from '../../src/repository/openRepository';
import { seededRandom } from '../host/seededRandom';
import type { Benchmark, BenchRow } from './benchmark';
import { compared, median } from './benchRow';

/** Rounds of each pair; they take turns, so that a busy moment hits both. */
const rounds = 9;
const files = 5_000;
const commits = 1_000;

/** What Git says through Fathom, beside Git started by hand. */
export const gitBenchmark: Benchmark = {
  name: 'git',
  describe: `log, blame, show and diff of ${files} files and ${commits} commits, against plain git`,
  async run(signal) {
    const folder = await mkdtemp(join(tmpdir(), 'fathom-bench-git-'));
    try {
      await makeRepository(folder);
      return await measure(folder, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const pathOf = (index: number) => `src/part${index % 97}/file${index}.ts`;

/** One repository, with a history that `git fast-import` makes at once, and a changed work tree. */
async function makeRepository(folder: string): Promise<void> {
  const random = seededRandom(1);
  const text = (index: number) =>
    Array.from({ length: 80 }, (_, line) => `export const v${line} = ${index + random()};\n`).join(
      '',
    );
  const data = (content: string) => `data ${Buffer.byteLength(content)}\n${content}\n`;
  const stream: string[] = [];
  for (let index = 0; index < commits; index += 1) {
    stream.push(
      `commit refs/heads/main\ncommitter Nora <nora@localhost> ${1_700_000_000 + index} +0000\n`,
      data(`Change ${index}`),
    );
    const first = index === 0 ? 0 : Math.floor(random() * files);
    const last = index === 0 ? files : Math.min(files, first + 3);
    for (let file = first; file < last; file += 1) {
      stream.push(`M 100644 inline ${pathOf(file)}\n`, data(text(file)));
    }
    stream.push(`M 100644 inline often.ts\n`, data(`${text(index)}${'same\n'.repeat(400)}`));
  }
  await mkdir(folder, { recursive: true });
  await execa('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
  await execa('git', ['fast-import', '--quiet'], { cwd: folder, input: stream.join('') });
  await execa('git', ['reset', '--quiet', '--hard'], { cwd: folder });
  for (let index = 0; index < 20; index += 1) {
    await appendFile(join(folder, pathOf(index * 13)), 'changed\n');
  }
  await mkdir(dirname(join(folder, 'new/a.ts')), { recursive: true });
  await writeFile(join(folder, 'new/a.ts'), 'new\n');
}

async function measure(folder: string, signal: AbortSignal): Promise<readonly BenchRow[]> {
  const repository = await openRepository([folder], { ripgrep: rgPath });
  const git = (...args: readonly string[]) => plainGit(folder, args, signal);
  return [
    await versus(
      'git_log, 20 commits',
      () => repository.gitLog(null, 20, signal),
      git('log', '-20'),
    ),
    await versus(
      'git_log of a file',
      () => repository.gitLog(pathOf(7), 20, signal),
      git('log', '-20', '--follow', '--', pathOf(7)),
    ),
    await versus(
      'git_blame',
      () => repository.gitBlame('often.ts', 1, 400, signal),
      git('blame', '-L1,400', '--', 'often.ts'),
    ),
    await versus(
      'git_blame of a changed file',
      () => repository.gitBlame(pathOf(13), 1, 81, signal),
      git('blame', '-L1,81', '--', pathOf(13)),
    ),
    await versus('git_show', () => repository.gitShow('HEAD', null, signal), git('show', 'HEAD')),
    await versus(
      'git_diff of two commits',
      () => repository.gitDiff('HEAD~200', 'HEAD', null, signal),
      git('diff', 'HEAD~200', 'HEAD'),
    ),
    await versus(
      'git_diff of the work tree',
      () => repository.gitDiff('HEAD', null, null, signal),
      git('diff', 'HEAD'),
    ),
  ];
}

function plainGit(folder: string, args: readonly string[], signal: AbortSignal) {
  return () =>
    execa('git', ['--no-pager', ...args], { cwd: folder, cancelSignal: signal, stdin: 'ignore' });
}

async function versus(
  name: string,
  measured: () => Promise<unknown>,
  baseline: () => Promise<unknown>,
): Promise<BenchRow> {
  await measured();
  await baseline();
  const times: number[] = [];
  const baselineTimes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    times.push(await timed(measured));
    baselineTimes.push(await timed(baseline));
  }
  return compared(name, median(times), 'ms', 'plain git', median(baselineTimes), null);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
