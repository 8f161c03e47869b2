import { describe, expect, it } from 'vitest';
import type { TrajectoryEvent } from '../../../src/trajectory/events';
import { ShownRun } from '../../../src/trajectory/shownRun';
import { emptyTree, reduce, type Tree, tailLength } from '../../../src/trajectory/tree';
import { nodeId, record, run, usage } from './sampleRun';

function treeOf(events: readonly TrajectoryEvent[]): Tree {
  return events.reduce(reduce, emptyTree());
}

describe('the tree of a run', () => {
  it('has nodes with their place, words, times and outcome', () => {
    const { root, events } = record();
    const turn = root.child('iteration', 'Turn 1');
    const cell = turn.child('cell', 'Run');
    cell.progress({ summary: 'Look at the layout' });
    cell.body('code', 'print(1)');
    cell.body('output', '1');
    cell.end('error', { reason: 'KeyError' });

    const tree = treeOf(events);
    expect(tree.run).toBe(run);
    expect(tree.root).toBe(root.id);
    expect(tree.details?.model).toBe('root-model');
    expect(tree.nodes.get(root.id)).toMatchObject({
      kind: 'run',
      parent: null,
      status: 'running',
      summary: 'Where are cells executed?',
      children: [turn.id],
      started: 1000,
      ended: null,
    });
    expect(tree.nodes.get(cell.id)).toMatchObject({
      kind: 'cell',
      parent: turn.id,
      status: 'error',
      summary: 'Look at the layout',
      reason: 'KeyError',
      started: 1002,
      ended: 1006,
      parts: ['code', 'output'],
    });
  });

  it('adds what was paid for nothing, before and after the end of its node', () => {
    const { root, events } = record();
    const turn = root.child('iteration', 'Turn 1');
    const call = turn.child('model-call', 'root speaks');
    call.spent(usage(0.25, 100));
    call.end('ok', { usage: usage(0.5, 10) });
    root.end('cancelled');
    call.spent({ ...usage(1, 1_000), estimated: true });

    const tree = treeOf(events);
    for (const id of [call.id, turn.id, root.id]) {
      expect(tree.nodes.get(id)?.totals).toMatchObject({
        inputTokens: 1_110,
        outputTokens: 3,
        costUsd: 1.75,
        estimated: true,
        calls: 1,
        running: 0,
      });
    }
    expect(tree.nodes.get(call.id)?.usage).toMatchObject({ inputTokens: 1_110, costUsd: 1.75 });
  });

  it('tells views that sums have changed up to the root', () => {
    const { root, events } = record();
    const call = root.child('iteration', 'Turn 1').child('model-call', 'root speaks');
    const shown = new ShownRun(true);
    for (const event of events) shown.sink(event);
    const changed: (readonly string[])[] = [];
    shown.listen((ids) => changed.push(ids));
    call.progress({ text: 'a' });
    call.spent(usage(0.25));
    for (const event of events.slice(-2)) shown.sink(event);
    expect(changed).toEqual([['n3'], ['n3', 'n2', 'n1']]);
  });

  it('sums usage, calls and running nodes over each subtree', () => {
    const { root, events } = record();
    const turn = root.child('iteration', 'Turn 1');
    turn.child('model-call', 'root speaks').end('ok', { usage: usage(0.25, 100) });
    const batch = turn.child('batch', '2 sub-calls');
    batch.child('subcall', 'a').end('ok', { usage: usage(0.5, 10) });
    batch.child('subcall', 'b');

    const tree = treeOf(events);
    expect(tree.nodes.get(batch.id)?.totals).toMatchObject({
      inputTokens: 10,
      costUsd: 0.5,
      costUnknown: false,
      calls: 2,
      running: 2,
    });
    expect(tree.nodes.get(root.id)?.totals).toMatchObject({
      inputTokens: 110,
      outputTokens: 2,
      cachedInputTokens: 4,
      costUsd: 0.75,
      calls: 3,
      running: 4,
    });
    root.end('cancelled');
    expect(treeOf(events).nodes.get(root.id)?.totals.running).toBe(0);
  });

  it('keeps the known cost and says so when a part of it is unknown', () => {
    const { root, events } = record();
    const turn = root.child('iteration', 'Turn 1');
    turn.child('model-call', 'priced').end('ok', { usage: usage(0.25) });
    const other = root.child('iteration', 'Turn 2');
    other.child('model-call', 'unpriced').end('ok', { usage: usage(null) });

    const { nodes } = treeOf(events);
    expect(nodes.get(root.id)?.totals).toMatchObject({ costUsd: 0.25, costUnknown: true });
    expect(nodes.get(turn.id)?.totals).toMatchObject({ costUsd: 0.25, costUnknown: false });
    expect(nodes.get(other.id)?.totals).toMatchObject({ costUsd: 0, costUnknown: true });
  });

  it('keeps the end of streamed text, without half a character at its start', () => {
    const { root, events } = record();
    const call = root.child('model-call', 'speaks');
    call.progress({ text: '😀'.repeat(tailLength / 2) });
    call.progress({ text: '!' });
    const tail = treeOf(events).nodes.get(call.id)?.tail ?? '';
    expect(tail).toBe(`${'😀'.repeat(tailLength / 2 - 1)}!`);
  });

  it('counts the slots of a batch', () => {
    const { root, events } = record();
    const batch = root.child('batch', '12 sub-calls');
    batch.progress({ done: 0, total: 12 });
    batch.progress({ done: 9 });
    expect(treeOf(events).nodes.get(batch.id)).toMatchObject({ done: 9, total: 12 });
  });

  it('is left alone by events that make no sense', () => {
    const { root, events } = record();
    const turn = root.child('iteration', 'Turn 1');
    turn.end('ok', { usage: usage(1) });
    const tree = treeOf(events);
    const stamp = { run, time: 5 };
    const unknown = nodeId('n99');
    const nonsense: TrajectoryEvent[] = [
      { type: 'node-progress', ...stamp, node: unknown, text: 'x' },
      { type: 'node-ended', ...stamp, node: unknown, outcome: 'ok' },
      { type: 'body', ...stamp, node: unknown, part: 'code', text: 'x' },
      { type: 'node-ended', ...stamp, node: turn.id, outcome: 'error', usage: usage(1) },
      {
        type: 'node-started',
        ...stamp,
        node: turn.id,
        parent: root.id,
        kind: 'cell',
        summary: 'again',
      },
      ...events.slice(0, 1),
    ];
    for (const event of nonsense) expect(reduce(tree, event)).toBe(tree);
    for (const event of nonsense.slice(0, -1)) expect(reduce(emptyTree(), event).root).toBeNull();
    const [started] = nonsense.slice(4);
    if (started) expect(reduce(emptyTree(), started).nodes.size).toBe(0);
  });

  it('hangs a node whose parent is unknown below the root, where it is seen', () => {
    const { root, events } = record();
    const tree = reduce(treeOf(events), {
      type: 'node-started',
      run,
      time: 5,
      node: nodeId('n7'),
      parent: nodeId('n6'),
      kind: 'subcall',
      summary: 'lost',
    });
    expect(tree.nodes.get(root.id)?.children).toEqual(['n7']);
    expect(tree.nodes.get(nodeId('n7'))?.parent).toBe(root.id);
  });

  it('replaces the nodes that a change concerns, and no others', () => {
    const { root, events } = record();
    const first = root.child('iteration', 'Turn 1');
    first.end('ok');
    const second = root.child('iteration', 'Turn 2');
    const before = treeOf(events);
    const nodes = new Map(before.nodes);
    const after = reduce(before, {
      type: 'node-ended',
      run,
      time: 9,
      node: second.id,
      outcome: 'ok',
      usage: usage(1),
    });
    expect(after).not.toBe(before);
    expect(after.version).toBe(before.version + 1);
    expect(after.nodes.get(first.id)).toBe(nodes.get(first.id));
    expect(after.nodes.get(second.id)).not.toBe(nodes.get(second.id));
    expect(after.nodes.get(root.id)).not.toBe(nodes.get(root.id));
  });

  it('takes over a tree that was copied, without touching the copy', () => {
    const { root, events } = record();
    root.child('iteration', 'Turn 1');
    const copied: Tree = structuredClone({ ...treeOf(events), run, root: root.id });
    const turn = root.child('iteration', 'Turn 2');
    const next = events.slice(-1).reduce(reduce, copied);
    expect(next.nodes.get(root.id)?.children).toEqual(['n2', turn.id]);
    expect(copied.nodes.get(root.id)?.children).toEqual(['n2']);
  });

  it('holds 50,000 sub-calls of one batch with exact sums', () => {
    const { root, events } = record();
    const batch = root.child('batch', 'many');
    for (let i = 0; i < 50_000; i++) batch.child('subcall', `${i}`).end('ok', { usage: usage(1) });
    const tree = treeOf(events);
    expect(tree.nodes.get(root.id)?.totals).toMatchObject({ calls: 50_000, costUsd: 50_000 });
    expect(tree.nodes.get(batch.id)?.children).toHaveLength(50_000);
  });
});
