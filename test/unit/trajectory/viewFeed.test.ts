import { describe, expect, it } from 'vitest';
import { unpackNode } from '../../../src/trajectory/packedNode';
import { ViewFeed } from '../../../src/trajectory/viewFeed';
import type { HostMessage } from '../../../src/trajectory/viewProtocol';
import { recordRun } from '../webview/viewRun';

/** A feed whose frames are counted by hand. */
function feedByHand() {
  const sent: HostMessage[] = [];
  const planned: { action: () => void; ms: number }[] = [];
  let now = 1_000;
  const feed = new ViewFeed({
    post: (message) => sent.push(message),
    now: () => now,
    later: (action, ms) => {
      const entry = { action, ms };
      planned.push(entry);
      return () => planned.splice(planned.indexOf(entry), 1);
    },
  });
  return {
    feed,
    sent,
    planned,
    /** Lets the time pass until what is planned is due. */
    frame() {
      for (const { action, ms } of planned.splice(0)) {
        now += ms;
        action();
      }
    },
  };
}

function stream(message: HostMessage | undefined) {
  if (message?.type !== 'snapshot' && message?.type !== 'delta') throw new Error('No nodes.');
  return { ...message, nodes: message.nodes.map((node) => unpackNode(node, message.base)) };
}

describe('ViewFeed', () => {
  it('sends a snapshot, and then only what changed, each node once', () => {
    const run = recordRun();
    const { feed, sent, frame } = feedByHand();
    feed.show(run.shown);
    frame();
    expect(stream(sent[0])).toMatchObject({
      type: 'snapshot',
      more: false,
      run: { model: 'gpt-5' },
    });
    feed.acknowledge(1);
    frame();
    expect(sent).toHaveLength(1);

    const turn = run.root.child('iteration', 'Think');
    for (let step = 0; step < 100; step++) turn.progress({ summary: `Step ${step}` });
    frame();
    expect(stream(sent[1]).nodes.map(({ summary }) => summary)).toEqual([
      run.shown.tree.details?.question,
      'Step 99',
    ]);
  });

  it('waits until the view has drawn, and loses nothing meanwhile', () => {
    const run = recordRun();
    const { feed, sent, planned, frame } = feedByHand();
    feed.show(run.shown);
    frame();
    run.root.child('iteration', 'One');
    run.root.child('iteration', 'Two');
    expect(planned).toHaveLength(0);
    feed.acknowledge(1);
    frame();
    expect(
      stream(sent[1])
        .nodes.map(({ summary }) => summary)
        .sort(),
    ).toEqual(['One', 'Two', run.shown.tree.details?.question].sort());
  });

  it('sends at most one message per frame', () => {
    const run = recordRun();
    const { feed, planned, frame } = feedByHand();
    feed.show(run.shown);
    frame();
    feed.acknowledge(1);
    run.root.child('iteration', 'One');
    expect(planned.map(({ ms }) => ms)).toEqual([16]);
    run.root.child('iteration', 'Two');
    expect(planned).toHaveLength(1);
  });

  it('sends a big run in pieces, parents before their children, the first a small one', () => {
    const run = recordRun();
    const turn = run.root.child('iteration', 'Much');
    for (let call = 0; call < 9_000; call++) turn.child('subcall', `Call ${call}`).end('ok');
    const { feed, sent, frame } = feedByHand();
    feed.show(run.shown);
    for (let seq = 1; seq <= 4; seq++) {
      frame();
      feed.acknowledge(seq);
    }
    expect(sent.map((message) => stream(message).nodes.length)).toEqual([400, 6_000, 2_602]);
    expect(sent.map((message) => stream(message).more)).toEqual([true, true, false]);
    expect(stream(sent[0]).sums).toEqual({ nodes: 9_002, turns: 1, subcalls: 9_000, depth: 1 });
    const known = new Set<string | null>([null]);
    const nodes = sent.flatMap((message) => stream(message).nodes);
    const early = nodes.filter(({ id, parent }) => !known.add(id).has(parent));
    expect(early).toEqual([]);
    expect(known.size).toBe(9_003);
    expect(nodes).toHaveLength(9_002);
  });

  it('keeps what is in a batch until it is asked for, with all that came meanwhile', () => {
    const run = recordRun();
    const batch = run.root.child('batch', 'Many');
    const first = batch.child('child', 'First');
    first.child('iteration', 'Look');
    const { feed, sent, frame } = feedByHand();
    const names = () => stream(sent.at(-1)).nodes.map(({ summary }) => summary);
    const next = () => {
      feed.acknowledge(sent.length);
      frame();
    };
    feed.show(run.shown);
    frame();
    expect(names()).toEqual([run.shown.tree.details?.question, 'Many']);

    batch.child('subcall', 'Second').end('error');
    next();
    expect(stream(sent.at(-1)).nodes.find(({ summary }) => summary === 'Many')).toMatchObject({
      below: 2,
      belowRunning: 1,
      belowFailed: 1,
    });
    expect(names()).not.toContain('Second');

    feed.load(batch.id);
    next();
    expect(names()).toEqual(['First', 'Second']);
    batch.child('subcall', 'Third');
    next();
    expect(names()).toContain('Third');
    first.child('iteration', 'Look again');
    next();
    expect(names()).not.toContain('Look again');
    feed.load(null);
    next();
    expect(names()).toEqual(['Look', 'Look again']);
  });

  it('sends all on the way to a node that is wanted', () => {
    const run = recordRun();
    const child = run.root.child('batch', 'Many').child('child', 'Inner');
    const inner = child.child('iteration', 'Look').child('batch', 'More');
    inner.child('subcall', 'Deep');
    const { feed, sent, frame } = feedByHand();
    feed.show(run.shown);
    feed.load(inner.id);
    frame();
    const names = stream(sent.at(-1)).nodes.map(({ summary }) => summary);
    expect(names.slice(1)).toEqual(['Many', 'Inner', 'Look', 'More', 'Deep']);
  });

  it('says when a run has ended for good, and shows another from its beginning', () => {
    const run = recordRun();
    const { feed, sent, frame } = feedByHand();
    feed.show(run.shown);
    frame();
    feed.acknowledge(1);
    run.root.end('ok');
    run.shown.end();
    frame();
    expect(stream(sent[1])).toMatchObject({ type: 'delta', live: false });
    feed.show(null);
    frame();
    expect(stream(sent[2])).toMatchObject({ type: 'snapshot', run: null, nodes: [] });
  });
});
