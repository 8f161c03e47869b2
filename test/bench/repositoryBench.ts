import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { openRepository } from '../../src/repository/openRepository';
import type { GrepQuery, Repository } from '../../src/repository/repository';
import type { Benchmark, BenchRow } from './benchmark';
import { compared, figure, median } from './benchRow';
import { corpusFolder } from './corpus';
import { memoryInUse } from './memory';

/** Rounds of each pair; they take turns, so that a busy moment hits both. */
const rounds = 7;

/** Found in some 200 lines of the corpus, and in some 60,000. */
const rare = String.raw`createElement\(`;
const common = 'export default';

/** The repository on a big tree, beside ripgrep started by hand for the same files. */
export const repositoryBenchmark: Benchmark = {
  name: 'repository',
  describe: 'listing and searching some 77,000 files, against rg run by hand',
  run: async (signal) => measure(await corpusFolder(signal), signal),
};

async function measure(folder: string, signal: AbortSignal): Promise<readonly BenchRow[]> {
  const before = memoryInUse().heap;
  const repository = await openRepository([folder], { ripgrep: rgPath });
  const rg = (args: readonly string[]) => runByHand(folder, args, signal);
  const words = 'Where are requests signed, and which retries are made?';
  const rows = [
    await versus(
      'grep, few matches',
      'ratio <= 1.3',
      grep(repository, rare, signal),
      rg(['-n', rare]),
    ),
    await versus('grep, many matches', null, grep(repository, common, signal), rg(['-n', common])),
    await versus(
      'grep, the first 1,000 of many',
      null,
      grep(repository, common, signal, 1000),
      rg(['-n', common]),
    ),
    await versus(
      'count',
      'ratio <= 1.3',
      () => repository.count(query(rare), signal),
      rg(['-c', rare]),
    ),
    await versus('file count', null, () => repository.fileCount(signal), rg(['--files'])),
    await versus('files with sizes', null, () => repository.files(null, signal), rg(['--files'])),
    await versus(
      'search',
      null,
      () => repository.search(words, 20, signal),
      rg(['-c', '-i', 'request|sign|retr']),
    ),
  ];
  const held = (memoryInUse().heap - before) / 1e6;
  return [...rows, figure('memory held after all of it', held, 'MB', '< 150 MB')];
}

function query(pattern: string, maxCount = 1_000_000): GrepQuery {
  return {
    pattern,
    glob: null,
    path: null,
    ignoreCase: false,
    fixed: false,
    word: false,
    multiline: false,
    before: 0,
    after: 0,
    maxCount,
  };
}

function grep(
  repository: Repository,
  pattern: string,
  signal: AbortSignal,
  maxCount?: number,
): () => Promise<unknown> {
  return () => repository.grep(query(pattern, maxCount), signal);
}

/** ripgrep over the same files, its output read to the end. */
function runByHand(
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): () => Promise<unknown> {
  return async () => {
    const subprocess = execa(rgPath, ['--no-config', '--hidden', '--glob=!.git', ...args, './'], {
      cwd: folder,
      cancelSignal: signal,
      stdin: 'ignore',
      encoding: 'buffer',
      buffer: false,
    });
    for await (const _chunk of subprocess.stdout);
    await subprocess;
  };
}

async function versus(
  name: string,
  target: string | null,
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
  const baselineTime = median(baselineTimes);
  return compared(name, median(times), 'ms', 'rg run by hand', baselineTime, target);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
