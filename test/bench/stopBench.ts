import { rgPath } from '@vscode/ripgrep';
import type { LanguageModel } from '../../src/models/languageModel';
import { openRepository } from '../../src/repository/openRepository';
import type { Subject } from '../../src/rlm/subject/subject';
import type { TrajectoryEvent } from '../../src/trajectory/events';
import type { Benchmark, BenchRow } from './benchmark';
import { figure, median } from './benchRow';
import { benchModel, benchRun, cellText, isRoot } from './benchRun';
import { corpusFolder } from './corpus';

const rounds = 5;

/** What a run is doing when Stop is pressed: the code of its first turn, and when to press. */
const moments = [
  { during: 'a model call', code: null, begun: 'model-call' },
  { during: 'a sub-call', code: 'llm_query("wait")', begun: 'subcall' },
  {
    during: 'a grep',
    code: 'grep(r"(\\\\w+\\\\s*)+\\\\(x{3,}", max_count=10**6)',
    begun: 'host-call',
  },
  { during: 'a cell', code: 'while True: pass', begun: 'cell' },
  {
    during: 'a cell that swallows it',
    code: 'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
    begun: 'cell',
  },
] as const;

/** How soon a run is over, kernel and all, once Stop is pressed. */
export const stopBenchmark: Benchmark = {
  name: 'stop',
  describe: 'how soon a run is over once Stop is pressed, whatever it is doing',
  run: stopTimes,
};

async function stopTimes(signal: AbortSignal): Promise<readonly BenchRow[]> {
  const repository = await openRepository([await corpusFolder(signal)], { ripgrep: rgPath });
  const rows: BenchRow[] = [];
  for (const { during, code, begun } of moments) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push(await stopTime({ kind: 'repository', repository }, code, begun, signal));
    }
    rows.push(figure(`Stop during ${during}`, median(times), 'ms', '< 500 ms'));
  }
  return rows;
}

/** Milliseconds from Stop to the end of the run. */
async function stopTime(
  subject: Subject,
  code: string | null,
  begun: string,
  signal: AbortSignal,
): Promise<number> {
  const stop = new AbortController();
  let stoppedAt = Number.NaN;
  const onEvent = (event: TrajectoryEvent) => {
    if (event.type !== 'node-started' || event.kind !== begun) return;
    // A moment later, when it is well under way.
    setTimeout(() => {
      stoppedAt = performance.now();
      stop.abort();
    }, 100);
  };
  const result = await benchRun(waitingModel(code), {
    subject,
    signal: AbortSignal.any([signal, stop.signal]),
    onEvent,
  });
  const took = performance.now() - stoppedAt;
  if (result.status !== 'cancelled') throw new Error(`The run ended: ${result.reason}`);
  return took;
}

/** Writes one cell, or nothing: whatever else it is asked it answers never. */
function waitingModel(code: string | null): LanguageModel {
  return benchModel((messages, signal) => {
    if (code !== null && isRoot(messages) && messages.length === 2) return cellText(code);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
}
