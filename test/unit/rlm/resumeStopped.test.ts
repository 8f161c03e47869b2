import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeStops } from '../../../src/rlm/budget/nodeStops';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import type { NodeId, TrajectoryEvent } from '../../../src/trajectory/events';
import type { ModelRequest, ScriptedReply } from '../../host/modelScript';
import { scriptedRun } from '../../host/scriptedRun';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-resume-stopped-'));
});
afterEach(() => rm(folder, { recursive: true }));

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;

describe('a run in which a person stopped a batch and a child', () => {
  it('goes on from there when it was cut off later, with what these had come to', async () => {
    let open = false;
    const reply = ({ messages, prompt }: ModelRequest): ScriptedReply => {
      const question = messages.find(({ content }) => content.includes('<question>'))?.content;
      if (question === undefined) {
        return !open && / 1$/.test(prompt) ? { stall: true } : `<${prompt}>`;
      }
      const turn = messages.filter(({ role }) => role === 'assistant').length;
      const side = ['east', 'west'].find((name) => question.includes(`${name} side`));
      if (side) {
        return turn === 0
          ? cell(`notes = llm_query_batched([f"${side} {n}" for n in range(3)])\nprint(notes)`)
          : cell(`FINAL("The ${side}: " + notes[0])`);
      }
      return (
        [
          cell('print(rlm_query_batched(["The east side?", "The west side?"]))'),
          cell('print(llm_query_batched([f"last {n}" for n in range(3)]))'),
        ][turn] ?? cell('FINAL("Done.")')
      );
    };
    const stops = new NodeStops();
    const stop = new AbortController();
    const batches: NodeId[] = [];
    const children: NodeId[] = [];
    const parents = new Map<NodeId, NodeId>();
    const childAbove = (node: NodeId): NodeId => {
      const parent = parents.get(node) ?? expect.unreachable();
      return children.includes(parent) ? parent : childAbove(parent);
    };
    const onEvent = (event: TrajectoryEvent) => {
      if (event.type === 'node-started') parents.set(event.node, event.parent);
      if (event.type === 'node-started' && event.kind === 'batch') batches.push(event.node);
      if (event.type === 'node-started' && event.kind === 'child') children.push(event.node);
      if (event.type !== 'node-progress' || event.done !== 2) return;
      // Those in the children are the second and the third, whichever is first; that of the last turn the fourth.
      if (event.node === batches[1]) stops.stop(event.node);
      if (event.node === batches[2]) stops.stop(childAbove(event.node));
      if (event.node === batches[3]) stop.abort();
    };
    const options = { logFolder: folder, limits: { maxDepth: 2 }, files: { 'a.txt': 'a\n' } };
    const first = await scriptedRun(reply, {
      ...options,
      nodeStops: stops,
      signal: stop.signal,
      onEvent,
    });
    expect(first.result.status).toBe('cancelled');

    open = true;
    const past = await readPastRun(first.result.trajectory ?? '');
    const rest = await scriptedRun(reply, { ...options, continues: { how: 'resume', past } });
    expect(rest.result.status).toBe('answered');
    const prompts = rest.requests.map(({ prompt }) => prompt);
    expect(prompts.filter((prompt) => /^(east|west)/.test(prompt))).toEqual([]);
    expect(prompts.filter((prompt) => /^last/.test(prompt))).toEqual(['last 1']);
  });
});
