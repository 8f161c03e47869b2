import { describe, expect, it } from 'vitest';
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
  return message;
}

describe('ViewFeed', () => {
  it('sends a snapshot, and then only what changed, each node once', () => {
    const run = recordRun();
    const { feed, sent, frame } = feedByHand();
    feed.show(run.shown);
    frame();
    expect(stream(sent[0])).toMatchObject({
      type: 'snapshot',
      pending: 0,
      run: { model: 'gpt-5' },
    });
    feed.acknowledge(1);
    frame();
    expect(sent).toHaveLength(1);

    const turn = run.root.child('iteration', 'Think');
    for (let step = 0; step < 100; step++) turn.progress({ summary: `Step ${step}` });
    frame();
    expect(stream(sent[1]).nodes.map(({ summary }) => summary)).toEqual([
      'Step 99',
      run.shown.tree.details?.question,
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

  it('sends a big run in pieces, parents before their children', () => {
    const run = recordRun();
    const batch = run.root.child('batch', 'Many');
    for (let call = 0; call < 9_000; call++) batch.child('subcall', `Call ${call}`).end('ok');
    const { feed, sent, frame } = feedByHand();
    feed.show(run.shown);
    for (let seq = 1; seq <= 4; seq++) {
      frame();
      feed.acknowledge(seq);
    }
    expect(sent.map((message) => stream(message).nodes.length)).toEqual([4_000, 4_000, 1_002]);
    expect(sent.map((message) => stream(message).pending)).toEqual([5_002, 1_002, 0]);
    const known = new Set<string | null>([null]);
    for (const { id, parent } of sent.flatMap((message) => stream(message).nodes)) {
      expect(known).toContain(parent);
      known.add(id);
    }
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
