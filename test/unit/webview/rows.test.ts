import { describe, expect, it } from 'vitest';
import { packNode } from '../../../src/trajectory/packedNode';
import { viewNode } from '../../../src/trajectory/viewNode';
import { type Filter, noFilter } from '../../../src/webview/filter';
import { type RowOptions, rowsOf } from '../../../src/webview/rows';
import { costFigure, rowFigures, rowText } from '../../../src/webview/rowText';
import { RunModel } from '../../../src/webview/runModel';
import { treeMove, typeAhead } from '../../../src/webview/treeKeys';
import { visibleText } from '../../../src/webview/visibleText';
import { recordRun, usage, wireframe } from './viewRun';

const plain: RowOptions = { opened: new Map(), collapseFinished: false, filter: noFilter };

function modelOf({ shown }: Pick<ReturnType<typeof recordRun>, 'shown'>): RunModel {
  const model = new RunModel();
  model.apply(
    [...shown.tree.nodes.values()].map((node) => packNode(viewNode(node), 0)),
    0,
  );
  return model;
}

/** The rows as they are read. */
function read(model: RunModel, options: Partial<RowOptions> = {}): string[] {
  if (!model.root) return [];
  return rowsOf(model.root, { ...plain, ...options }).map(({ entry, level, expanded }) => {
    const { summary, remark, tail } = rowText(entry);
    const mark = expanded === null ? ' ' : expanded ? '▾' : '▸';
    return `${'  '.repeat(level - 1)}${mark} ${[summary, remark, tail].filter(Boolean).join(' · ')}`;
  });
}

describe('the rows of a run', () => {
  it('are turns with what their code asked for, a batch in one row, a child as the same again', () => {
    expect(read(modelOf(wireframe()))).toEqual([
      '▾ Look at the layout · NameError',
      '    tree, depth 2',
      '    grep "execute(" → 41 in 9 files',
      '▾ Ask about each candidate',
      '  ▸ 12 sub-calls · 8 done, 3 running, 1 failed',
      '  ▾ Trace how a timeout reaches the kernel',
      '      Read the kernel · I will read kernel.ts first and then follow the timeout down',
    ]);
  });

  it('are those of a batch once it is opened', () => {
    const run = wireframe();
    const lines = read(modelOf(run), { opened: new Map([[run.batch.id, true]]) });
    expect(lines).toHaveLength(7 + 12);
    expect(lines[8]).toBe('      src/repl/part3.ts:1-180 · rate limited');
  });

  it('are closed where the work has ended when that is asked for', () => {
    expect(read(modelOf(wireframe()), { collapseFinished: true })[1]).toBe(
      '▾ Ask about each candidate',
    );
  });

  it('show cells where a turn has several', () => {
    const run = recordRun();
    const turn = run.root.child('iteration', 'Look twice');
    turn.child('cell', 'first()').child('host-call', 'read a');
    turn.child('cell', 'second()').child('host-call', 'read b');
    expect(read(modelOf(run))).toEqual([
      '▾ Look twice',
      '  ▾ first()',
      '      read a',
      '  ▾ second()',
      '      read b',
    ]);
  });

  it.each<[string, Partial<Filter>, string[]]>([
    [
      'text',
      { text: 'part3 RATE' },
      ['Ask about each candidate', '12 sub-calls', 'src/repl/part3.ts:1-180'],
    ],
    [
      'kind',
      { kind: 'searches' },
      ['Look at the layout', 'tree, depth 2', 'grep "execute(" → 41 in 9 files'],
    ],
    [
      'status',
      { status: 'failed' },
      ['Ask about each candidate', '12 sub-calls', 'src/repl/part3.ts:1-180'],
    ],
    ['cost', { minCostUsd: 0.02 }, ['Ask about each candidate', '12 sub-calls']],
  ])('are narrowed down by %s to what matches and what it is in', (_, filter, expected) => {
    const { root } = modelOf(wireframe());
    const rows = root ? rowsOf(root, { ...plain, filter: { ...noFilter, ...filter } }) : [];
    expect(rows.map(({ entry }) => entry.node.summary)).toEqual(expected);
  });
});

describe('figures', () => {
  it('are only there when they matter', () => {
    const run = recordRun();
    const quick = run.root.child('host-call', 'read a');
    run.clock.now += 49;
    quick.end('ok');
    const slow = run.root.child('subcall', 'Ask');
    run.clock.now += 2_200;
    slow.end('ok', { usage: usage(4_100, 0.003) });
    const unknown = run.root.child('subcall', 'Ask');
    unknown.end('ok', { usage: usage(10, null) });
    const model = modelOf(run);
    const figures = [...model.entries()]
      .slice(1)
      .map(({ node }) => rowFigures(node, run.clock.now));
    expect(figures).toEqual([
      { time: '', tokens: '', cost: '' },
      { time: '2.2 s', tokens: '4.1k', cost: '$0.003' },
      { time: '', tokens: '10', cost: '–' },
    ]);
    expect(model.root && costFigure(model.root.node)).toBe('>$0.003');
  });
});

describe('keys', () => {
  const { root } = modelOf(wireframe());
  const rows = root ? rowsOf(root, plain) : [];

  it.each([
    ['ArrowDown', 0, { kind: 'focus', index: 1 }],
    ['ArrowUp', 0, { kind: 'focus', index: 0 }],
    ['End', 0, { kind: 'focus', index: 6 }],
    ['ArrowRight', 0, { kind: 'focus', index: 1 }],
    ['ArrowRight', 4, { kind: 'expand', index: 4 }],
    ['ArrowLeft', 3, { kind: 'collapse', index: 3 }],
    ['ArrowLeft', 6, { kind: 'focus', index: 5 }],
    ['ArrowLeft', 2, { kind: 'focus', index: 0 }],
    ['Enter', 2, { kind: 'select', index: 2 }],
    ['F5', 2, null],
  ])('%s in row %i', (key, index, move) => {
    expect(treeMove(key, rows, index, 10)).toEqual(move);
  });

  it('find rows by their first letters, going round', () => {
    expect(typeAhead('t', rows, 0)).toBe(1);
    expect(typeAhead('t', rows, 1)).toBe(5);
    expect(typeAhead('tr', rows, 5)).toBe(5);
    expect(typeAhead('l', rows, 3)).toBe(0);
    expect(typeAhead('zz', rows, 0)).toBeNull();
  });
});

describe('the report of a run', () => {
  it('is a row among its steps, and a line below the question', () => {
    const { root, shown } = recordRun();
    const turn = root.child('iteration', 'Write the sections');
    const report = root.child('report', 'Report · 0 of 12 sections · 140 bytes');
    turn.child('cell', 'fill()').child('report', '### Limits · 2.1 KB').end('ok');
    report.progress({ summary: 'Report · 3 of 12 sections · 48 KB' });
    const model = modelOf({ shown });
    expect(read(model)).toEqual([
      '▾ Write the sections',
      '    ### Limits · 2.1 KB',
      '  Report · 3 of 12 sections · 48 KB',
    ]);
    expect(model.report?.node.summary).toBe('Report · 3 of 12 sections · 48 KB');
  });
});

describe('texts', () => {
  it('show what would act or hide', () => {
    expect(visibleText('a\r\n\tb\u001b[31m\u202e\u0000\u200b\ud800<b>')).toBe(
      'a\n\tb⟨ESC⟩[31m⟨U+202E⟩⟨U+0000⟩⟨U+200B⟩\ufffd<b>',
    );
  });

  it('of a row are one short harmless line, whatever a node is called', () => {
    const run = recordRun(`<script>\u001b[2Jx\u202e\ud800${'y'.repeat(1_000_000)}\nz`);
    run.root
      .child('host-call', 'a\n\n\u001b]0;title\u0007b')
      .progress({ text: `q${'w'.repeat(5_000)}` });
    const [root, call] = [...run.shown.tree.nodes.values()].map(viewNode);
    expect(root?.summary).toMatch(/^<script>x\ufffdy+…$/);
    expect(root?.summary.length).toBeLessThanOrEqual(240);
    expect(call).toMatchObject({ summary: 'a b', tail: 'w'.repeat(120) });
  });
});
