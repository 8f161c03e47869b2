import { expect, it } from 'vitest';
import { packNode, unpackNode } from '../../../src/trajectory/packedNode';
import { viewNode } from '../../../src/trajectory/viewNode';
import { recordRun, usage, wireframe } from '../webview/viewRun';

it('a packed node is the same node again, whatever it has', () => {
  const run = wireframe();
  run.calls[11]?.end('stopped', { reason: 'the time limit', usage: usage(70, null) });
  run.child.end('cancelled');
  const nodes = [...run.shown.tree.nodes.values()].map(viewNode);
  expect(new Set(nodes.map(({ status }) => status)).size).toBe(5);
  const base = nodes[0]?.started ?? 0;
  for (const node of nodes) {
    const sent: ReturnType<typeof packNode> = JSON.parse(JSON.stringify(packNode(node, base)));
    expect(unpackNode(sent, base)).toEqual({
      ...node,
      ...(node.costUsd === undefined ? {} : { costUsd: expect.closeTo(node.costUsd, 8) }),
    });
  }
});

it('takes a third of the room', () => {
  const { root, shown } = recordRun();
  root.child('subcall', 'src/repl/kernel.ts:1-180').end('ok', { usage: usage(4_100, 0.003) });
  const node = viewNode([...shown.tree.nodes.values()][1] ?? expect.unreachable());
  const packed = JSON.stringify(packNode(node, node.started)).length;
  expect(packed).toBeLessThan(JSON.stringify(node).length * 0.42);
});
