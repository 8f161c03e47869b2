import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { TrajectoryLog } from '../../src/trajectory/log';
import { LogFile } from '../../src/trajectory/logFile';
import type { NodeHandle } from '../../src/trajectory/recorder';
import { newRunId, RunRecorder } from '../../src/trajectory/recorder';
import { ShownRun } from '../../src/trajectory/shownRun';
import { openViewPage, type ViewPage } from '../host/viewPage';
import type { Benchmark, BenchRow } from './benchmark';
import { compared, figure, quantile } from './benchRow';

const nodeCount = 50_000;
const eventsPerSecond = 500;
const streamSeconds = 60;
const scrollSeconds = 5;

/** The recursion view in a plain Chromium without a graphics card, fed as the editor feeds it. */
export const viewBenchmark: Benchmark = {
  name: 'view',
  describe:
    'The recursion view with 50,000 nodes: opening, scrolling, deltas, memory; and 500 events per second.',
  run: async (signal) => {
    await using view = await openViewPage();
    const batch = startRun();
    growBatch(batch.root, nodeCount);
    const folded = await opening(view, batch.shown, 'in a batch', 1);
    const big = startRun();
    growTurns(big.root, nodeCount);
    const rows = [
      ...(await reading()),
      ...folded,
      // Every turn but the last has a cell that is not drawn, and the run itself is no row.
      ...(await opening(view, big.shown, 'all open', nodeCount - Math.ceil(nodeCount / 100) - 1)),
      ...(await scrolling(view)),
      ...(await deltas(view, big)),
      ...(await memory(view)),
    ];
    signal.throwIfAborted();
    return [...rows, ...(await streaming(view, signal))];
  },
};

interface Run {
  readonly shown: ShownRun;
  readonly root: NodeHandle;
}

function startRun(): Run {
  const shown = new ShownRun(true);
  const recorder = new RunRecorder({
    run: newRunId(Date.now(), Math.random),
    sinks: [shown.sink],
    now: Date.now,
  });
  const details = { question: 'What is here?', model: 'm', subModel: 'm', subject: 'bench' };
  return { shown, root: recorder.start(details) };
}

const usage = {
  inputTokens: 900,
  outputTokens: 100,
  cachedInputTokens: 0,
  estimated: false,
  costUsd: 0.001,
};

/** Turns of a cell with a hundred sub-calls each: rows that are all open, the most there can be. */
function growTurns(root: NodeHandle, count: number): void {
  let made = 1;
  while (made < count) {
    const turn = root.child('iteration', `Look at part ${made}`);
    const cell = turn.child('cell', 'look()');
    made += 2;
    for (let call = 0; call < 98 && made < count; call++, made++) {
      cell.child('subcall', `src/part${made}/file.ts:1-180`).end('ok', { usage });
    }
    cell.end('ok');
    turn.end('ok');
  }
}

/** One batch of as many sub-calls: a single row until it is opened. */
function growBatch(root: NodeHandle, count: number): void {
  const batch = root.child('batch', `${count} sub-calls`);
  for (let made = 2; made < count; made++) {
    batch.child('subcall', `src/part${made}/file.ts:1-180`).end('ok', { usage });
  }
  batch.end('ok');
}

/** The log of such a run, read for the view. */
async function reading(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fathom-bench-'));
  try {
    const run = newRunId(Date.now(), Math.random);
    const log = new TrajectoryLog({ folder, run });
    const recorder = new RunRecorder({ run, sinks: [log.sink], now: Date.now });
    const details = { question: 'What is here?', model: 'm', subModel: 'm', subject: 'bench' };
    growTurns(recorder.start(details), nodeCount);
    await log.close();
    const shown = new ShownRun(false);
    const loop = monitorEventLoopDelay({ resolution: 5 });
    loop.enable();
    const start = performance.now();
    await new LogFile(join(folder, `${run}.jsonl`)).outline(shown.sink);
    const took = performance.now() - start;
    loop.disable();
    return [
      figure('50,000 nodes, read from their log', took, 'ms', '< 1000 ms'),
      figure('the same, longest block meanwhile', loop.max / 1e6 - 5, 'ms', '< 50 ms'),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The page's policy forbids it to evaluate texts, so it is asked from outside. */
async function until(view: ViewPage, expression: string, limitMs = 60_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while ((await view.page.evaluate(expression)) !== true) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${expression}.`);
    await delay(5);
  }
}

/**
 * From when the view is told to show the run until it can be used: the totals are right, all rows are
 * there, and the end shows the last one. Messages go through the browser's driver, which is slower than
 * VS Code's own way.
 */
async function opening(
  view: ViewPage,
  shown: ShownRun,
  what: string,
  rows: number,
): Promise<BenchRow[]> {
  const { sums, tree } = shown;
  const nodes = [...tree.nodes.values()];
  const top = nodes[1]?.summary ?? '';
  const last = rows === 1 ? top : (nodes.at(-1)?.summary ?? '');
  const drawn = (text: string) =>
    `[...document.querySelectorAll('.summary')].some(({ textContent }) => textContent === ${JSON.stringify(text)})`;
  const start = performance.now();
  view.show(shown);
  await until(view, drawn(top));
  const first = performance.now() - start;
  await until(view, `document.querySelector('.tree-rows')?.clientHeight === 22 * ${rows}`);
  await view.page.evaluate("document.querySelector('.tree-scroller').scrollTop = 1e9");
  await until(
    view,
    `${drawn(last)} && document.querySelector('.figures-line').textContent.includes('${sums.subcalls} calls')`,
  );
  const all = performance.now() - start;
  await view.page.evaluate("document.querySelector('.tree-scroller').scrollTop = 0");
  return [
    figure(`50,000 nodes, ${what}: first rows`, first, 'ms', '< 1000 ms'),
    figure(`50,000 nodes, ${what}: all there, and the last row seen`, all, 'ms', '< 1000 ms'),
  ];
}

async function scrolling(view: ViewPage): Promise<BenchRow[]> {
  const frames = z.array(z.number()).parse(
    await view.page.evaluate(`new Promise((resolve) => {
      const element = document.querySelector('.tree-scroller');
      const times = [];
      const end = performance.now() + ${scrollSeconds * 1000};
      const step = (now) => {
        times.push(now);
        element.scrollTop += 97;
        if (now < end) requestAnimationFrame(step);
        else resolve(times);
      };
      requestAnimationFrame(step);
    })`),
  );
  const perSecond = ((frames.length - 1) * 1000) / ((frames.at(-1) ?? 0) - (frames[0] ?? 0));
  return [figure('50,000 nodes, frames while scrolling', perSecond, 'frames/s', '>= 50 frames/s')];
}

/** What one message costs the page: taking it in and drawing it. */
async function deltas(view: ViewPage, { root }: Run): Promise<BenchRow[]> {
  await view.page.evaluate(`(() => {
    window.handled = [];
    const channel = new MessageChannel();
    let started = 0;
    // Listeners run in order: the view's own was there first, so the end is measured after its drawing.
    window.addEventListener('message', (event) => {
      if (event.data?.type !== 'delta') return;
      started = performance.now();
      requestAnimationFrame(() => {
        const from = performance.now();
        channel.port2.onmessage = () => window.handled.push(performance.now() - from + window.taken);
        channel.port1.postMessage(0);
      });
    }, true);
    window.addEventListener('message', (event) => {
      if (event.data?.type === 'delta') window.taken = performance.now() - started;
    });
  })()`);
  const turn = root.child('iteration', 'One more');
  for (let step = 0; step < 100; step++) {
    const call = turn.child('subcall', `More ${step}`);
    call.progress({ text: 'some words ' });
    await delay(40);
    call.end('ok', { usage });
    await delay(40);
  }
  const handled = z.array(z.number()).parse(await view.page.evaluate('window.handled'));
  return [
    figure(
      '50,000 nodes, a delta taken in and drawn, median',
      quantile(handled, 0.5),
      'ms',
      '< 8 ms',
    ),
    figure(
      '50,000 nodes, a delta taken in and drawn, 95 %',
      quantile(handled, 0.95),
      'ms',
      '< 8 ms',
    ),
  ];
}

async function memory(view: ViewPage): Promise<BenchRow[]> {
  const session = await view.page.context().newCDPSession(view.page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return [figure('50,000 nodes, heap of the page', usedSize / 1e6, 'MB', '< 150 MB')];
}

/** Events as fast as sixteen sub-calls stream, for a minute: does the host stay free, and is all there? */
async function streaming(view: ViewPage, signal: AbortSignal): Promise<BenchRow[]> {
  const { shown, root } = startRun();
  view.show(shown);
  const turn = root.child('iteration', 'Stream');
  const idle = watchIdleThread();
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  let events = 0;
  let slowest = 0;
  const end = performance.now() + streamSeconds * 1000;
  const begun = performance.now();
  while (performance.now() < end) {
    signal.throwIfAborted();
    const due = Math.floor(((performance.now() - begun) / 1000) * eventsPerSecond);
    const from = performance.now();
    for (; events < due; events += 5) {
      const call = turn.child('subcall', `Call ${events}`);
      call.progress({ working: true });
      call.progress({ text: 'words ' });
      call.progress({ text: 'more words ' });
      call.end('ok', { usage });
    }
    slowest = Math.max(slowest, performance.now() - from);
    await delay(10);
  }
  loop.disable();
  const idleMs = await idle.longestBlock();
  root.end('ok');
  shown.end();
  const nodes = shown.tree.nodes.size;
  // All but the run itself are rows. What has not come a while after the end does not come any more.
  const drawn = 'document.querySelector(".tree-rows").clientHeight / 22';
  await until(view, `${drawn} >= ${nodes - 1}`, 10_000).catch(() => undefined);
  const missing = nodes - 1 - z.number().parse(await view.page.evaluate(drawn));
  return [
    figure(
      `${eventsPerSecond} events/s for ${streamSeconds} s, nodes dropped`,
      missing,
      'nodes',
      '= 0',
    ),
    compared(
      'the same, longest block of the host’s event loop',
      loop.max / 1e6 - 5,
      'ms',
      'a thread that does nothing',
      idleMs,
      '< 50 ms',
    ),
    figure('the same, longest handling of the events of 10 ms', slowest, 'ms', '< 50 ms'),
  ];
}

/** How long a thread of this process that has nothing to do is kept from doing it: the machine's part. */
function watchIdleThread() {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const loop = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 5 });
     loop.enable();
     parentPort.once('message', () => { loop.disable(); parentPort.postMessage(loop.max / 1e6 - 5); });`,
    { eval: true },
  );
  return {
    /** In ms. Ends the thread. */
    async longestBlock(): Promise<number> {
      const answer = new Promise((resolve) => worker.once('message', resolve));
      worker.postMessage('end');
      const longest = z.number().parse(await answer);
      await worker.terminate();
      return longest;
    },
  };
}
