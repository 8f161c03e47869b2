import { describe, expect, it } from 'vitest';
import type { TrajectoryEvent } from '../../../src/trajectory/events';
import { newRunId, RunRecorder } from '../../../src/trajectory/recorder';
import { details, record, run, usage } from './sampleRun';

describe('RunRecorder', () => {
  it('gives nodes ids in order and stamps run, node and time', () => {
    const { root, events } = record();
    const turn = root.child('iteration', 'Turn 1');
    const call = turn.child('model-call', 'Thinking');
    call.progress({ text: 'a' });
    call.body('response', 'all');
    call.end('ok', { usage: usage(0.5) });

    expect(events.map((event) => [event.type, event.node, event.time])).toEqual([
      ['run-started', 'n1', 1000],
      ['node-started', 'n2', 1001],
      ['node-started', 'n3', 1002],
      ['node-progress', 'n3', 1003],
      ['body', 'n3', 1004],
      ['node-ended', 'n3', 1005],
    ]);
    expect(events.every((event) => event.run === run)).toBe(true);
    expect(events[2]).toMatchObject({ parent: turn.id, kind: 'model-call', summary: 'Thinking' });
    expect(events[5]).toMatchObject({ outcome: 'ok', usage: usage(0.5) });
  });

  it('ends a node once and then takes no more progress for it', () => {
    const { root, events } = record();
    const turn = root.child('iteration', 'Turn 1');
    turn.end('ok');
    turn.end('error', { reason: 'late' });
    turn.progress({ text: 'late' });
    expect(events.filter((event) => event.type === 'node-ended')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'node-ended', outcome: 'ok' });
  });

  it.each([
    ['stopped', 'stopped'],
    ['cancelled', 'cancelled'],
    ['error', 'error'],
    ['ok', 'cancelled'],
  ] as const)('ends what still runs below a node that ended %s as %s', (outcome, below) => {
    const { root, events } = record();
    const turn = root.child('iteration', 'Turn 1');
    const done = turn.child('model-call', 'done');
    done.end('ok');
    const cell = turn.child('cell', 'runs');
    const batch = cell.child('batch', 'runs too');
    root.end(outcome);
    const ends = events.filter((event) => event.type === 'node-ended');
    expect(ends.map((event) => [event.node, event.outcome])).toEqual([
      [done.id, 'ok'],
      [batch.id, below],
      [cell.id, below],
      [turn.id, below],
      [root.id, outcome],
    ]);
  });

  it('goes on when a sink throws, and the other sinks get every event', () => {
    const seen: TrajectoryEvent[] = [];
    const recorder = new RunRecorder({
      run,
      sinks: [
        () => {
          throw new Error('broken view');
        },
        (event) => seen.push(event),
      ],
      now: () => 0,
    });
    recorder.start(details).end('ok');
    expect(seen.map((event) => event.type)).toEqual(['run-started', 'node-ended']);
  });
});

describe('newRunId', () => {
  it('is the time in UTC and six random letters', () => {
    expect(newRunId(Date.UTC(2026, 10, 23, 12, 34, 56, 789), () => 0.999)).toBe(
      '20261123-123456-zzzzzz',
    );
    expect(newRunId(0, () => 0)).toBe('19700101-000000-000000');
  });

  it('sorts by time', () => {
    const ids = [1e12, 1.5e12, 1.7e12].map((time) => newRunId(time, Math.random));
    expect(ids.toSorted()).toEqual(ids);
  });
});
