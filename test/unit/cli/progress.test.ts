import { describe, expect, it } from 'vitest';
import { lookOf } from '../../../src/cli/look';
import { startProgress } from '../../../src/cli/runAsk';
import { defaultLimits } from '../../../src/rlm/budget/limits';
import { RunRecorder } from '../../../src/trajectory/recorder';
import { details, run, usage } from '../trajectory/sampleRun';
import { MemoryOutput } from './memoryOutput';
import { testIo } from './testIo';

const limits = { limits: defaultLimits };

describe('progress off a terminal', () => {
  it('is one line for what matters, without escape codes', async () => {
    const stderr = new MemoryOutput();
    const progress = await startProgress(testIo({ stderr }), limits);
    const clock = { ms: 5000 };
    const recorder = new RunRecorder({ run, sinks: [progress.sink], now: () => clock.ms });
    const root = recorder.start(details);
    const first = root.child('iteration', 'Look at the context');
    const call = first.child('model-call', 'root-model');
    call.progress({ text: 'I look \u001b[1maround' });
    call.end('ok', { usage: usage(0.1) });
    clock.ms += 3000;
    first.progress({ summary: 'Look at the \u001b[1mlayout' });
    first.child('cell', 'code').end('error', { reason: 'KeyError: x' });
    first.end('ok');
    clock.ms += 60_000;
    const second = root.child('iteration', 'Think');
    second.progress({ summary: 'Ask' });
    const batch = second.child('cell', 'code').child('batch', '2 sub-calls');
    batch.child('subcall', 'a').end('ok', { usage: usage(0.1, 1000) });
    batch.child('subcall', 'b').end('error', { reason: '429' });
    batch.end('ok', { summary: '2 sub-calls, 1 failed' });
    second.child('batch', '600 sub-calls').end('error', { reason: 'Only 500 may be made.' });
    second.child('subcall', 'c').end('error', { reason: '500' });
    second.end('ok');
    const third = root.child('iteration', 'Think');
    third.child('model-call', 'root-model').end('error', { reason: 'too long' });
    const last = root.child('iteration', 'Give the best answer so far');
    last.child('model-call', 'root-model').end('ok');
    last.end('ok');
    root.end('stopped', { reason: 'The cost limit was reached.' });
    progress.stop();
    expect(stderr.text.split('\n')).toEqual([
      '   0:00  root-model + sub-model on fathom: Where are cells executed?',
      '   0:03  turn 1: Look at the layout',
      '   0:03  code failed: KeyError: x',
      '   1:03  turn 2: Ask',
      '   1:03  batch done: 2 sub-calls, 1 failed, 1.0k tokens: 429',
      '   1:03  batch failed: 600 sub-calls: Only 500 may be made.',
      '   1:03  sub-call failed: 500',
      '   1:03  turn 3: Think',
      '   1:03  model call failed: too long',
      '   1:03  turn 4: Give the best answer so far',
      // Why is told below the answer.
      '   1:03  stopped',
      '',
    ]);
  });

  it('leaves it to the message at the end why a run failed', async () => {
    const stderr = new MemoryOutput();
    const progress = await startProgress(testIo({ stderr }), limits);
    const root = new RunRecorder({ run, sinks: [progress.sink], now: () => 0 }).start(details);
    const turn = root.child('iteration', 'Look at the context');
    const call = turn.child('model-call', 'root-model');
    call.progress({ summary: 'root-model · rate limited, asking again in 8 s' });
    call.progress({ summary: 'root-model' });
    call.end('error', { reason: 'The key was refused.' });
    root.end('error', { reason: 'The key was refused.' });
    expect(stderr.text.split('\n').slice(1)).toEqual([
      '   0:00  root-model · rate limited, asking again in 8 s',
      '   0:00  turn 1: Look at the context',
      '   0:00  failed',
      '',
    ]);
  });

  it('counts the turns of a follow-up, and of each child, which are indented', async () => {
    const stderr = new MemoryOutput();
    const progress = await startProgress(testIo({ stderr }), limits);
    const root = new RunRecorder({ run, sinks: [progress.sink], now: () => 0 }).start(details);
    root.child('iteration', 'Remember the conversation of r1: 1 question').end('ok');
    const turn = root.child('iteration', 'Think');
    turn.child('model-call', 'root-model').end('ok');
    turn.progress({ summary: 'Ask two children' });
    const batch = turn.child('cell', 'code').child('batch', '2 questions');
    const children = ['Left?', 'Right?'].map((question) => batch.child('child', question));
    const turns = children.map((child) => child.child('iteration', 'Think'));
    for (const [index, inner] of turns.entries()) {
      inner.child('model-call', 'root-model').end('ok');
      inner.progress({ summary: `Look at ${index}` });
    }
    turns[1]?.child('cell', 'code').end('error', { reason: 'KeyError: x' });
    for (const inner of turns) inner.end('ok');
    const again = children[1]?.child('iteration', 'Look again');
    again?.child('model-call', 'root-model').end('ok');
    again?.end('ok');
    children[1]?.child('iteration', 'Go on').child('cell', 'code');
    turn.end('ok');
    root.child('iteration', 'Submit').child('cell', 'code');
    expect(stderr.text.split('\n').slice(1)).toEqual([
      '   0:00  Remember the conversation of r1: 1 question',
      '   0:00  turn 1: Ask two children',
      '   0:00  child 1: Left?',
      '   0:00  child 2: Right?',
      '   0:00    child 1, turn 1: Look at 0',
      '   0:00    child 2, turn 1: Look at 1',
      '   0:00    code failed: KeyError: x',
      '   0:00    child 2, turn 2: Look again',
      '   0:00    child 2, turn 3: Go on',
      '   0:00  batch done: 2 questions, 0 tokens',
      '   0:00  turn 2: Submit',
      '',
    ]);
  });

  it('is plain on a terminal that can not move its cursor', async () => {
    const stderr = new MemoryOutput({ columns: 80, rows: 24 });
    const progress = await startProgress(testIo({ stderr, env: { TERM: 'dumb' } }), limits);
    new RunRecorder({ run, sinks: [progress.sink], now: () => 0 }).start(details).end('ok');
    progress.stop();
    expect(stderr.text).not.toContain('\u001b');
    expect(stderr.text).toContain('answered');
  });
});

describe('progress on a terminal', () => {
  it('leaves the tree behind, and nothing that runs on', async () => {
    const stderr = new MemoryOutput({ columns: 80, rows: 24 });
    const progress = await startProgress(testIo({ stderr, now: () => 0 }), limits);
    const root = new RunRecorder({ run, sinks: [progress.sink], now: () => 0 }).start(details);
    root.child('iteration', 'Look').end('ok');
    progress.note('A \u001b[2Jnote');
    root.end('ok');
    progress.stop();
    progress.stop();
    expect(stderr.text).toContain('A note');
    expect(stderr.text.endsWith('Look\n')).toBe(true);
    expect(stderr.text.match(/Where are cells executed/g)).toHaveLength(2);
    // Automatic wrapping is on again whenever it was off.
    const wrapping = stderr.text
      .split('\u001b[?7')
      .slice(1)
      .map((part) => part[0]);
    expect(wrapping.length % 2).toBe(0);
    expect(wrapping.every((mode, index) => mode === (index % 2 ? 'h' : 'l'))).toBe(true);
  });

  it('has no colours when NO_COLOR asks for none', () => {
    const stderr = new MemoryOutput({ columns: 80, rows: 24 });
    expect(lookOf(stderr, testIo()).bold('x')).toBe('\u001b[1mx\u001b[22m');
    expect(lookOf(stderr, testIo({ env: { NO_COLOR: '1' } })).bold('x')).toBe('x');
    expect(lookOf(stderr, testIo({ env: { NO_COLOR: '' } })).bold('x')).toBe(
      '\u001b[1mx\u001b[22m',
    );
  });
});
