import { setTimeout as delay } from 'node:timers/promises';
import { rgPath } from '@vscode/ripgrep';
import type { LanguageModel } from '../../src/models/languageModel';
import { openRepository } from '../../src/repository/openRepository';
import { defaultLimits, type Limits } from '../../src/rlm/budget/limits';
import type { RunResult } from '../../src/rlm/request';
import type { Subject } from '../../src/rlm/subject/subject';
import type { EventSink, TrajectoryEvent } from '../../src/trajectory/events';
import type { Benchmark, BenchRow } from './benchmark';
import { compared, figure, median } from './benchRow';
import { benchModel, benchRun, cellText, isRoot } from './benchRun';
import { corpusFolder } from './corpus';
import { type Memory, memoryInUse, watchMemory } from './memory';

const oneDocument: Subject = { kind: 'documents', documents: [{ name: 'a.txt', text: 'a' }] };

/** The loop with models that take no time, or exactly a second, and on a big repository. */
export const loopBenchmark: Benchmark = {
  name: 'loop',
  describe:
    'what turns and sub-calls cost besides the model, and how a big repository is begun with',
  run: async (signal) => [
    await subcallOverhead(signal),
    ...(await memoryOfSubcalls(signal)),
    await turnOverhead(signal),
    await batchOfSeconds(signal),
    ...(await bigRepository(signal)),
  ],
};

/** What a sub-call costs besides the model: with 10,000 of them, so that the rest counts for nothing. */
async function subcallOverhead(signal: AbortSignal): Promise<BenchRow> {
  const count = 10_000;
  const code = `for part in range(10):\n    llm_query_batched([f"{part} {i}" for i in range(${count / 10})])`;
  const { ms, result } = await timedRun([code, 'FINAL("done")'], signal, { maxSubcalls: count });
  if (result.subcalls !== count)
    throw new Error(`Made ${result.subcalls} sub-calls: ${result.reason}`);
  return figure('batched sub-call, zero latency', (ms * 1000) / count, 'µs', '< 150 µs');
}

/** Whether the host's memory grows with the calls of a run: in use after 1,000, 5,000 and 10,000 of them. */
async function memoryOfSubcalls(signal: AbortSignal): Promise<BenchRow[]> {
  const marks = [1_000, 5_000, 10_000];
  const count = 10_000;
  const taken: Memory[] = [];
  const subcalls = new Set<string>();
  let ended = 0;
  const onEvent = (event: TrajectoryEvent) => {
    if (event.type === 'node-started' && event.kind === 'subcall') subcalls.add(event.node);
    if (event.type !== 'node-ended' || !subcalls.delete(event.node)) return;
    ended += 1;
    if (ended === marks[taken.length]) taken.push(memoryInUse());
  };
  const code = `for part in range(100):\n    llm_query_batched([f"{part} {i} " + "word " * 400 for i in range(${count / 100})])`;
  await timedRun([code, 'FINAL("done")'], signal, { maxSubcalls: count }, 0, onEvent);
  const [first, middle, last] = taken;
  if (!first || !middle || !last) throw new Error(`Only ${ended} sub-calls were seen.`);
  const megabytes = (name: string, value: number, target: string) =>
    figure(`${name}, sub-calls of 2 KB`, value / 1e6, 'MB', target);
  return [
    megabytes('heap after 1,000', first.heap, 'flat'),
    megabytes('heap after 5,000', middle.heap, 'flat'),
    megabytes('heap after 10,000', last.heap, 'flat'),
    megabytes('heap grown from 1,000 to 10,000', last.heap - first.heap, '< 10 MB'),
    megabytes('resident grown from 1,000 to 10,000', last.resident - first.resident, '< 50 MB'),
  ];
}

async function turnOverhead(signal: AbortSignal): Promise<BenchRow> {
  const turns = 29;
  const codes = Array.from({ length: turns }, (_, i) => `x${i} = ${i}`);
  const { ms } = await timedRun([...codes, 'FINAL("done")'], signal);
  const one = await timedRun(['FINAL("done")'], signal);
  return figure('turn, zero latency', (ms - one.ms) / turns, 'ms', '< 5 ms');
}

async function batchOfSeconds(signal: AbortSignal): Promise<BenchRow> {
  const code = 'llm_query_batched([str(i) for i in range(64)])';
  const { ms } = await timedRun([code, 'FINAL("done")'], signal, {}, 1000);
  const one = await timedRun(['FINAL("done")'], signal);
  return compared(
    '64 sub-calls of 1 s at concurrency 16',
    (ms - one.ms) / 1000,
    's',
    'four rounds of a second',
    4,
    '< 4.2 s',
  );
}

/** How soon the first request leaves on a repository of 70,000 files, and what a question takes. */
async function bigRepository(signal: AbortSignal): Promise<BenchRow[]> {
  const folder = await corpusFolder(signal);
  const firsts: number[] = [];
  let growth = 0;
  for (let round = 0; round < 5; round++) {
    const stopWatching = watchMemory();
    const startedAt = performance.now();
    let firstAt: number | null = null;
    const subject: Subject = {
      kind: 'repository',
      repository: await openRepository([folder], { ripgrep: rgPath }),
    };
    const codes = [
      'print(grep("createServer").total)\nprint(read(grep("createServer")[0].path)[:100])',
      'FINAL("done")',
    ];
    const model = scripted(codes, 0, () => {
      firstAt ??= performance.now() - startedAt;
    });
    await benchRun(model, { subject, signal });
    firsts.push(firstAt ?? Number.NaN);
    growth = Math.max(growth, stopWatching());
  }
  return [
    figure('first model request, 70,000 files', median(firsts), 'ms', '< 300 ms'),
    figure('memory over idle, 70,000 files', growth / 1e6, 'MB', '< 150 MB'),
  ];
}

async function timedRun(
  codes: readonly string[],
  signal: AbortSignal,
  limits: Partial<Limits> = {},
  subcallMs = 0,
  onEvent: EventSink = () => undefined,
): Promise<{ ms: number; result: RunResult }> {
  const startedAt = performance.now();
  const result = await benchRun(scripted(codes, subcallMs), {
    subject: oneDocument,
    signal,
    limits: { ...defaultLimits, ...limits },
    onEvent,
  });
  if (result.status !== 'answered') throw new Error(`The run ended: ${result.reason}`);
  return { ms: performance.now() - startedAt, result };
}

/** A root that runs the given cells one after the other; a sub-model that says "ok" after some time. */
function scripted(codes: readonly string[], subcallMs: number, onAsked = () => {}): LanguageModel {
  return benchModel(async (messages) => {
    onAsked();
    if (!isRoot(messages)) {
      if (subcallMs > 0) await delay(subcallMs);
      return 'ok';
    }
    const turn = messages.filter(({ role }) => role === 'assistant').length;
    return cellText(codes[turn] ?? 'FINAL("done")');
  });
}
