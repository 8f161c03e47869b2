import { describe, expect, it } from 'vitest';
import { RunProgress } from '../../../../src/editor/running/runProgress';
import type { RunId, Usage } from '../../../../src/trajectory/events';
import { RunRecorder } from '../../../../src/trajectory/recorder';
import { emptyTree, reduce } from '../../../../src/trajectory/tree';

/** A run that is drawn while it is recorded. */
function startRun() {
  let tree = emptyTree();
  const progress = new RunProgress(tree);
  const recorder = new RunRecorder({
    run: 'test' as RunId,
    sinks: [
      (event) => {
        tree = reduce(tree, event);
        progress.handle(event, tree);
      },
    ],
    now: () => 0,
  });
  const root = recorder.start({
    question: 'Where?',
    model: 'gpt-5',
    subModel: 'gpt-5-mini',
    subject: 'app',
  });
  return { progress, root };
}

const usage: Usage = {
  inputTokens: 10,
  outputTokens: 1,
  cachedInputTokens: 0,
  estimated: false,
  costUsd: 0.02,
};

describe('RunProgress', () => {
  it('starts without a turn', () => {
    expect(startRun().progress.action).toBe('Starting');
  });

  it('says in which turn the newest thing happened', () => {
    const { progress, root } = startRun();
    const first = root.child('iteration', 'Look at the context');
    const call = first.child('model-call', 'gpt-5');
    expect(progress.action).toBe('Turn 1 · Waiting for gpt-5');
    call.end('ok', { usage });
    const cell = first.child('cell', 'Run code');
    expect(progress.action).toBe('Turn 1 · Running code');
    cell.child('host-call', 'grep').end('ok', { summary: 'grep "x" → 92 in 14 files' });
    expect(progress.action).toBe('Turn 1 · grep "x" → 92 in 14 files');
    cell.end('ok');
    first.end('ok');
    root.child('iteration', 'Think').child('model-call', 'gpt-5');
    expect(progress.action).toBe('Turn 2 · Waiting for gpt-5');
  });

  it('shows the intention once it is known', () => {
    const { progress, root } = startRun();
    const iteration = root.child('iteration', 'Think');
    iteration.progress({ summary: 'Ask about each candidate' });
    expect(progress.action).toBe('Turn 1 · Ask about each candidate');
  });

  it('counts the slots of a batch and not each of its sub-calls', () => {
    const { progress, root } = startRun();
    const cell = root.child('iteration', 'Think').child('cell', 'Run code');
    const batch = cell.child('batch', '12 sub-calls');
    batch.child('subcall', 'src/a.ts:1-20').end('ok', { usage });
    batch.progress({ done: 1, total: 12 });
    expect(progress.action).toBe('Turn 1 · 12 sub-calls, 1 of 12 done');
    batch.child('subcall', 'src/b.ts:1-20');
    expect(progress.action).toBe('Turn 1 · 12 sub-calls, 1 of 12 done');
    batch.end('ok', { summary: '12 sub-calls, 2 failed' });
    expect(progress.action).toBe('Turn 1 · 12 sub-calls, 2 failed');
  });

  it('has the words that the root model says, up to its code', () => {
    const { progress, root } = startRun();
    const call = root.child('iteration', 'Think').child('model-call', 'gpt-5');
    call.progress({ text: 'I look for ' });
    call.progress({ text: 'servers.\n' });
    expect(progress.words).toBe('I look for servers.');
    call.progress({ text: '\n```repl\nprint(1)\n```\n' });
    expect(progress.words).toBe('I look for servers.');
    call.end('ok');
    root.child('iteration', 'Think').child('model-call', 'gpt-5');
    expect(progress.words).toBe('');
  });

  it('leaves out what sub-calls and child runs say', () => {
    const { progress, root } = startRun();
    const cell = root.child('iteration', 'Think').child('cell', 'Run code');
    cell.child('subcall', 'What?').progress({ text: 'a secret of the sub-call' });
    const child = cell.child('child', 'Trace it');
    child.child('iteration', 'Look').child('model-call', 'm').progress({ text: 'a child speaks' });
    expect(progress.words).toBe('');
    expect(progress.action).toMatch(/^Turn 1 · /);
  });

  it('tells elapsed time always and cost when it is known', () => {
    const { progress, root } = startRun();
    expect(progress.message(400)).toBe('Starting · 0:00');
    const iteration = root.child('iteration', 'Think');
    iteration.child('model-call', 'gpt-5').end('ok', { usage });
    expect(progress.message(12_000)).toBe('Turn 1 · Waiting for gpt-5 · 0:12 · $0.02');
    iteration.child('model-call', 'other').end('ok', { usage: { ...usage, costUsd: null } });
    expect(progress.message(12_000)).not.toContain('$');
  });
});
