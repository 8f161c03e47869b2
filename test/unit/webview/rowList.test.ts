import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../../src/trajectory/events';
import { packNode } from '../../../src/trajectory/packedNode';
import type { NodeHandle } from '../../../src/trajectory/recorder';
import { viewNode } from '../../../src/trajectory/viewNode';
import { noFilter } from '../../../src/webview/filter';
import { RowList } from '../../../src/webview/rowList';
import { type Row, type RowOptions, rowsOf } from '../../../src/webview/rows';
import { RunModel } from '../../../src/webview/runModel';
import { seededRandom } from '../../host/seededRandom';
import { recordRun, usage } from './viewRun';

const kinds = [
  'iteration',
  'model-call',
  'cell',
  'host-call',
  'batch',
  'subcall',
  'child',
] as const;
const outcomes = ['ok', 'ok', 'ok', 'error', 'cancelled'] as const;

function read(rows: readonly Row[]): string[] {
  return rows.map(
    ({ entry, level, expanded, position, group }) =>
      `${'  '.repeat(level - 1)}${entry.node.id} ${entry.node.kind} ${expanded} ${position}/${group.size}`,
  );
}

/** A run in which anything happens anywhere, a few things per message. */
function randomRun(seed: number, options: RowOptions) {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const { shown, root } = recordRun();
  const model = new RunModel();
  const open: NodeHandle[] = [root];
  const changed = new Set<NodeId>(shown.tree.nodes.keys());
  shown.listen((ids) => {
    for (const id of ids) changed.add(id);
  });
  const act = () => {
    const at = pick(open) ?? root;
    if (random() < 0.35 && at !== root) {
      at.end(pick(outcomes) ?? 'ok', { usage: usage(20, 0.1) });
      return;
    }
    open.push(at.child(pick(kinds) ?? 'cell', `${open.length}`));
  };
  return {
    model,
    /** Lets a few things happen, and the model know. */
    message() {
      for (let count = Math.ceil(random() * 4); count > 0; count--) act();
      const order = [...shown.tree.nodes.values()].filter(({ id }) => changed.has(id));
      changed.clear();
      return model.apply(
        order.map((node) => packNode(viewNode(node), 0)),
        0,
      );
    },
    expected: () => (model.root ? rowsOf(model.root, options) : []),
  };
}

describe('the list of rows', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'mended step by step is the same as built anew (%i)',
    (seed) => {
      const options = { opened: new Map(), collapseFinished: seed % 2 === 0, filter: noFilter };
      const run = randomRun(seed, options);
      let list = new RowList(null, options);
      let mended = 0;
      for (let step = 0; step < 150; step++) {
        const change = run.message();
        if (list.update(change)) mended += 1;
        else list = new RowList(run.model.root, options);
        expect(read(list.rows)).toEqual(read(run.expected()));
      }
      expect(mended).toBeGreaterThan(75);
    },
  );

  it('says what is open and was not sent', () => {
    const { shown, root } = recordRun();
    const child = root.child('child', 'Inner');
    child.child('iteration', 'Look');
    const model = new RunModel();
    const sent = [...shown.tree.nodes.values()].slice(0, 2);
    model.apply(
      sent.map((node) => packNode(viewNode(node), 0)),
      0,
    );
    const list = new RowList(model.root, {
      opened: new Map(),
      collapseFinished: false,
      filter: noFilter,
    });
    expect([...list.missing]).toEqual([child.id]);
  });
});
