// `npm run bench [-- --only NAME] [--json]`: figures beside what they are compared with, measured in one run.
import { Command } from 'commander';
import * as z from 'zod';
import type { BenchRow } from './benchmark';
import { benchmarks } from './benchmarks';
import { benchTable } from './benchTable';

const options = z.object({ json: z.boolean().default(false), only: z.string().optional() });

/** One benchmark's figures, or why there are none. */
interface Measured {
  readonly benchmark: string;
  readonly rows: readonly BenchRow[];
  readonly error: string | null;
}

async function measure(name: string, run: () => Promise<readonly BenchRow[]>): Promise<Measured> {
  try {
    return { benchmark: name, rows: await run(), error: null };
  } catch (error) {
    return {
      benchmark: name,
      rows: [],
      error: error instanceof Error ? error.message : String(error),
    };
  }
}

const command = new Command('npm run bench --')
  .description('Measures Fathom, side by side with what it is compared with.')
  .option('--json', 'one JSON array on stdout and nothing else there')
  .option('--only <name>', `one benchmark: ${benchmarks.map(({ name }) => name).join(', ')}`)
  .parse();
const { json, only } = options.parse(command.opts());
const chosen = benchmarks.filter(({ name }) => only === undefined || name === only);
if (chosen.length === 0)
  command.error(
    only === undefined ? 'There are no benchmarks.' : `There is no benchmark ${only}.`,
    { exitCode: 2 },
  );

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
const measured: Measured[] = [];
for (const benchmark of chosen) {
  if (interruption.signal.aborted) break;
  console.error(`${benchmark.name}: ${benchmark.describe}`);
  measured.push(await measure(benchmark.name, () => benchmark.run(interruption.signal)));
}

if (json) {
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
} else {
  console.log(benchTable(measured.flatMap(({ rows }) => rows)));
}
for (const { benchmark, error } of measured) {
  if (error === null) continue;
  console.error(`${benchmark} could not be measured: ${error}`);
  process.exitCode = 1;
}
if (interruption.signal.aborted) process.exitCode = 130;
