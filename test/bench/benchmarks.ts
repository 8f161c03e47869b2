import type { Benchmark } from './benchmark';
import { kernelBench } from './kernelBench';
import { kernelPoolBench } from './kernelPoolBench';
import { loopBench } from './loopBench';
import { reportBenchmark } from './reportBench';
import { reportEditorBenchmark } from './reportEditorBench';
import { repositoryBenchmark } from './repositoryBench';
import { stopBench } from './stopBench';
import { viewBenchmark } from './viewBench';

/** All benchmarks, in the order they are run and shown. */
export const benchmarks: readonly Benchmark[] = [
  repositoryBenchmark,
  {
    name: 'kernel',
    describe:
      'how soon a kernel is ready and what its calls cost, against bare Python and a bare pipe; what spares save',
    run: async (signal) => [...(await kernelBench(signal)), ...(await kernelPoolBench(signal))],
  },
  {
    name: 'loop',
    describe:
      'what turns and sub-calls cost besides the model, and how a big repository is begun with',
    run: loopBench,
  },
  {
    name: 'stop',
    describe: 'how soon a run is over once Stop is pressed, whatever it is doing',
    run: stopBench,
  },
  viewBenchmark,
  reportBenchmark,
  reportEditorBenchmark,
];
