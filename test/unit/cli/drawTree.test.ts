import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { type DrawOptions, drawTree } from '../../../src/cli/drawTree';
import { lookOf } from '../../../src/cli/look';
import type { TrajectoryEvent } from '../../../src/trajectory/events';
import type { NodeHandle } from '../../../src/trajectory/recorder';
import { RunRecorder } from '../../../src/trajectory/recorder';
import { emptyTree, reduce } from '../../../src/trajectory/tree';
import { details, run, usage } from '../trajectory/sampleRun';
import { MemoryOutput } from './memoryOutput';
import { testIo } from './testIo';

/** A run whose clock the test sets. */
function scripted(question = details.question) {
  const events: TrajectoryEvent[] = [];
  const clock = { ms: 0 };
  const sinks = [(event: TrajectoryEvent) => void events.push(event)];
  const recorder = new RunRecorder({ run, sinks, now: () => clock.ms });
  const root = recorder.start({ ...details, question });
  const draw = (options: Partial<DrawOptions> = {}) =>
    drawTree(events.reduce(reduce, emptyTree()), {
      look: lookOf(new MemoryOutput(), testIo()),
      now: clock.ms,
      width: 70,
      height: 20,
      maxIterations: 30,
      maxCostUsd: 1,
      ...options,
    });
  return { root, clock, draw };
}

function turn(root: NodeHandle, clock: { ms: number }, summary: string): NodeHandle {
  const iteration = root.child('iteration', summary);
  const call = iteration.child('model-call', 'root-model');
  clock.ms += 1000;
  call.end('ok', { usage: usage(0.0125, 1000) });
  return iteration;
}

describe('drawTree', () => {
  it('says why the root waits to be asked again', () => {
    const { root, draw } = scripted();
    const call = root.child('iteration', 'Think').child('model-call', 'root-model');
    call.progress({ summary: 'root-model · rate limited, asking again in 8 s' });
    expect(draw().at(-1)).toMatch(/ Think {2}rate limited, asking again in 8 s/);
    call.progress({ summary: 'root-model' });
    expect(draw().at(-1)).not.toContain('limited');
  });

  it('shows what is done and opens what runs', () => {
    const { root, clock, draw } = scripted();
    turn(root, clock, 'Look at the layout').end('ok');
    const second = turn(root, clock, 'Ask about each candidate');
    const cell = second.child('cell', 'code');
    const grep = cell.child('host-call', 'grep');
    clock.ms += 60;
    grep.end('ok', { summary: 'grep "execute(" → 41 in 9 files' });
    const batch = cell.child('batch', '6 sub-calls');
    const slots = [1, 2, 3, 4, 5, 6].map((n) => batch.child('subcall', `src/${n}.ts:1-180`));
    clock.ms += 2000;
    slots[0]?.end('ok', { usage: usage(0.003, 4000) });
    batch.progress({ done: 1, total: 6 });
    slots[1]?.progress({ text: 'The limit is ' });
    slots[1]?.progress({ text: '120 s' });

    expect(draw()).toEqual([
      '⠋ Where are cells executed?',
      '  root-model + sub-model · 0:04 · turn 2 of 30 · 8 calls · 6.0k token…',
      '  ✓ Look at the layout                             1.0 s  1.0k   $0.01',
      '  ⠋ Ask about each candidate                       3.1 s  5.0k   $0.02',
      '    ✓ grep "execute(" → 41 in 9 files              60 ms',
      '    ⠋ 6 sub-calls · 1 done, 5 running              2.0 s  4.0k  $0.003',
      '      ⠋ src/2.ts:1-180  The limit is 120 s         2.0 s',
      '      ⠋ src/3.ts:1-180                             2.0 s',
      '      ⠋ src/4.ts:1-180                             2.0 s',
      '      ⠋ src/5.ts:1-180                             2.0 s',
      '      … 1 more running',
    ]);
  });

  it('shows the code that runs while it calls nobody, with the end of its output', () => {
    const { root, draw } = scripted();
    const cell = root.child('iteration', 'Count').child('cell', 'Run the code');
    cell.progress({ text: 'counted\n1200 files' });
    expect(draw().at(-1)).toContain('⠋ Run the code  counted 1200 files');
    const call = cell.child('host-call', 'grep "x"');
    expect(draw().at(-1)).toContain('⠋ grep "x"');
    call.end('ok');
    expect(draw().at(-1)).toContain('⠋ Run the code');
  });

  it('lets the root model speak on the row of its turn', () => {
    const { root, draw } = scripted();
    const call = root.child('iteration', 'Think').child('model-call', 'root-model');
    call.progress({ text: 'I look at the\nlayout' });
    expect(draw().slice(2)).toEqual(['  ⠋ Think  I look at the layout']);
    call.end('error', { reason: 'The server refused the connection.' });
    expect(draw().slice(2)).toEqual([
      '  ⠋ Think',
      '    ✗ root-model · The server refused the connection.',
    ]);
  });

  it('leaves one line per turn, its failures told quietly', () => {
    const { root, clock, draw } = scripted();
    const first = turn(root, clock, 'Read the kernel');
    first.child('cell', 'code').end('error', { reason: "KeyError: 'src/kernels.ts'" });
    first.end('ok');
    const second = turn(root, clock, 'Ask');
    const batch = second.child('cell', 'code').child('batch', '2 sub-calls');
    for (const n of [1, 2]) batch.child('subcall', `${n}`).end('ok', { usage: usage(null) });
    second.end('ok');
    root.child('answer', 'Answer · 7 citations, all verified').end('ok');
    root.end('ok');
    expect(draw()).toEqual([
      '✓ Where are cells executed?',
      '  root-model + sub-model · 0:02 · turn 2 of 30 · 4 calls · 2.0k token…',
      "  ✓ Read the kernel  KeyError: 'src/kernels.ts'    1.0 s  1.0k   $0.01",
      '  ✓ Ask · 2 sub-calls                              1.0 s  1.0k  >$0.01',
      '  ★ Answer · 7 citations, all verified',
    ]);
  });

  it.each([
    ['error', '✗'],
    ['stopped', '■'],
    ['cancelled', '■'],
  ] as const)('shows a run that ended with %s', (outcome, symbol) => {
    const { root, clock, draw } = scripted();
    turn(root, clock, 'Look');
    root.end(outcome, { reason: 'because' });
    const lines = draw();
    expect(lines[0]?.startsWith(symbol)).toBe(true);
    expect(lines[2]).toContain(`${symbol} Look`);
  });

  it('says when the cost is unknown or incomplete', () => {
    const { root, draw } = scripted('Q');
    const first = root.child('iteration', 'First');
    first.child('model-call', 'a').end('ok', { usage: usage(null) });
    expect(draw({ width: 99 })[1]).toContain('cost unknown');
    expect(draw()[2]?.trimEnd()).toMatch(/11\s+–$/);
    first.child('model-call', 'b').end('ok', { usage: usage(0.5) });
    expect(draw({ width: 99 })[1]).toContain('at least $0.50');
  });

  it('never has a line that is too wide, nor too many', () => {
    const { root, clock, draw } = scripted('とても長い質問 '.repeat(30));
    for (let i = 0; i < 20; i++) {
      turn(root, clock, `日本語のとても長い説明 😀👩‍👩‍👧 ${'x'.repeat(i * 7)}`).end('ok');
    }
    const last = turn(root, clock, 'e\u0301'.repeat(200)).child('cell', 'code');
    for (let i = 0; i < 30; i++)
      last.child('subcall', '界'.repeat(i)).progress({ text: '長'.repeat(99) });
    for (const width of [1, 2, 5, 12, 20, 39, 40, 41, 60, 200]) {
      for (const height of [1, 3, 9, 40]) {
        const lines = draw({ width, height });
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(
          Math.min(Math.max(width, 0), 100),
        );
        expect(lines.length).toBeLessThanOrEqual(Math.max(height, 3));
      }
    }
  });

  it('folds the turns that do not fit any more', () => {
    const { root, clock, draw } = scripted();
    for (let i = 1; i <= 20; i++) turn(root, clock, `Step ${i}`).end('ok');
    const lines = draw({ height: 6 });
    expect(lines).toHaveLength(6);
    expect(lines[2]).toBe('  … 17 earlier steps');
    expect(lines[5]).toContain('Step 20');
  });

  it('takes no orders from what it draws', () => {
    const { root, draw } = scripted('\u001b[2Jclear\u0007');
    root.child('iteration', 'a\u001b]8;;http://evil\u0007b\u202e\nc').child('cell', '\u009b1m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(draw().join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it('is empty before the run has started', () => {
    const { draw } = scripted();
    expect(draw()).not.toEqual([]);
    expect(
      drawTree(emptyTree(), {
        look: lookOf(new MemoryOutput(), testIo()),
        now: 0,
        width: 80,
        height: 20,
        maxIterations: 30,
        maxCostUsd: null,
      }),
    ).toEqual([]);
  });

  it('uses plain symbols where the console has no others', () => {
    const { root, draw } = scripted('Q');
    root.child('iteration', 'One · two').end('ok');
    const linux = lookOf(new MemoryOutput(), testIo({ env: { TERM: 'linux' } }));
    expect(draw({ look: linux }).join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
  });
});
