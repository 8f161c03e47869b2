import { describe, expect, it } from 'vitest';
import { EventBatches } from '../../../src/engine/eventBatches';
import type { RunId, TrajectoryEvent } from '../../../src/trajectory/events';
import { RunRecorder } from '../../../src/trajectory/recorder';
import { emptyTree, reduce, tailLength } from '../../../src/trajectory/tree';

/** Batches that are dealt with when the test says so. */
function startBatches() {
  const batches: (readonly TrajectoryEvent[])[] = [];
  const gates: (() => void)[] = [];
  const events = new EventBatches(async (batch) => {
    batches.push(batch);
    const { promise, resolve } = Promise.withResolvers<void>();
    gates.push(resolve);
    await promise;
  });
  const all: TrajectoryEvent[] = [];
  const recorder = new RunRecorder({
    run: 'test' as RunId,
    sinks: [(event) => all.push(event), events.sink],
    now: () => 0,
  });
  const root = recorder.start({ question: 'Where?', model: 'a', subModel: 'b', subject: 'app' });
  return { batches, gates, events, all, root };
}

function treeOf(events: readonly TrajectoryEvent[]) {
  return [...events.reduce(reduce, emptyTree()).nodes];
}

const moment = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('EventBatches', () => {
  it('sends what comes at one moment together, and the next batch when that is dealt with', async () => {
    const { batches, gates, events, root } = startBatches();
    root.child('iteration', 'One');
    await moment();
    expect(batches.map(({ length }) => length)).toEqual([2]);
    root.child('iteration', 'Two');
    root.child('iteration', 'Three');
    await moment();
    expect(batches).toHaveLength(1);
    gates[0]?.();
    await moment();
    expect(batches.map(({ length }) => length)).toEqual([2, 2]);
    let drained = false;
    const done = events.drained().then(() => {
      drained = true;
    });
    await moment();
    expect(drained).toBe(false);
    gates[1]?.();
    await done;
  });

  it('makes the same tree as all events, of less text', async () => {
    const { batches, gates, events, all, root } = startBatches();
    const call = root.child('subcall', 'Say much');
    for (let n = 0; n < 100; n++) call.progress({ text: `${n} ${'x'.repeat(tailLength)}` });
    call.progress({ summary: 'Say more' });
    call.progress({ text: 'the end' });
    call.body('response', 'y'.repeat(10_000));
    const other = root.child('batch', 'Some');
    other.progress({ done: 1, total: 2 });
    other.progress({ done: 2, total: 2 });
    other.end('ok');
    await moment();
    gates[0]?.();
    await events.drained();
    const sent = batches.flat();
    expect(treeOf(sent)).toEqual(treeOf(all));
    expect(JSON.stringify(sent).length).toBeLessThan(4 * tailLength);
  });

  it('keeps every word of the root model, which people read along', async () => {
    const { batches, gates, events, root } = startBatches();
    const call = root.child('model-call', 'gpt-5');
    for (let n = 0; n < 10; n++) call.progress({ text: `${n}`.repeat(tailLength) });
    await moment();
    gates[0]?.();
    await events.drained();
    const said = batches.flat().flatMap((event) => ('text' in event ? [event.text] : []));
    expect(said.join('')).toHaveLength(10 * tailLength);
    expect(said).toHaveLength(1);
  });
});
