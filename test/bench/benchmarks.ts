import type { Benchmark } from './benchmark';
import { gitBenchmark } from './gitBench';
import { kernelBenchmark } from './kernelBench';
import { kernelPoolBenchmark } from './kernelPoolBench';
import { loopBenchmark } from './loopBench';
import { reportBenchmark } from './reportBench';
import { reportEditorBenchmark } from './reportEditorBench';
import { repositoryBenchmark } from './repositoryBench';
import { startupBenchmark } from './startupBench';
import { stopBenchmark } from './stopBench';
import { viewBenchmark } from './viewBench';

/** All benchmarks, in the order they are run and shown. */
export const benchmarks: readonly Benchmark[] = [
  startupBenchmark,
  repositoryBenchmark,
  gitBenchmark,
  kernelBenchmark,
  kernelPoolBenchmark,
  loopBenchmark,
  stopBenchmark,
  viewBenchmark,
  reportBenchmark,
  reportEditorBenchmark,
];
