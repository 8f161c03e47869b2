import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { NodeHandle } from '../../src/trajectory/recorder';
import { newRunId, RunRecorder } from '../../src/trajectory/recorder';
import { ShownRun } from '../../src/trajectory/shownRun';
import { openViewPage, type ViewPage } from '../host/viewPage';
import type { Benchmark, BenchRow } from './benchmark';

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
    const big = startRun();
    growBatches(big.root, nodeCount);
    const rows = [
      ...(await opening(view, big.shown)),
      ...(await scrolling(view)),
      ...(await deltas(view, big)),
      ...(await memory(view)),
    ];
    signal.throwIfAborted();
    return [...rows, ...(await streaming(view, signal))];
  },
};

function figure(name: string, value: number, unit: string, target: string): BenchRow {
  return { name, value, unit, baselineDescription: '', baseline: null, ratio: null, target };
}

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

/** Turns of a cell with a hundred searches each: rows that are all open. */
function growBatches(root: NodeHandle, count: number): void {
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

/** The page's policy forbids it to evaluate texts, so it is asked from outside. */
async function until(view: ViewPage, expression: string, limitMs = 60_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while ((await view.page.evaluate(expression)) !== true) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${expression}.`);
    await delay(5);
  }
}

async function opening(view: ViewPage, shown: ShownRun): Promise<BenchRow[]> {
  const start = performance.now();
  view.show(shown);
  await until(view, "document.querySelector('[role=treeitem]') !== null");
  const first = performance.now() - start;
  // Every turn but the last has a cell that is not drawn.
  await until(view, "document.querySelector('.tree-rows')?.clientHeight >= 22 * 49000");
  const all = performance.now() - start;
  return [
    figure('50,000 nodes, first rows drawn', first, 'ms', '< 1000 ms'),
    figure('50,000 nodes, all arrived through the browser’s driver', all, 'ms', '< 1000 ms'),
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
  handled.sort((a, b) => a - b);
  const at = (share: number) => handled[Math.floor(share * (handled.length - 1))] ?? Number.NaN;
  return [
    figure('50,000 nodes, a delta taken in and drawn, median', at(0.5), 'ms', '< 8 ms'),
    figure('50,000 nodes, a delta taken in and drawn, 95 %', at(0.95), 'ms', '< 8 ms'),
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
    figure('the same, longest block of the host’s event loop', loop.max / 1e6 - 5, 'ms', '< 50 ms'),
    figure('the same, longest handling of the events of 10 ms', slowest, 'ms', '< 50 ms'),
  ];
}
