import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OpenSession } from '../../../src/rlm/sessions/openSession';
import type { TrajectoryEvent, Usage } from '../../../src/trajectory/events';
import { readRecording, usageBelow } from '../../../src/trajectory/recording';
import { emptyTree, reduce } from '../../../src/trajectory/tree';
import { scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next step.\n\n\`\`\`repl\n${code}\n\`\`\``;
const submit = cell('FINAL("done")');

/** Tokens at the root of the tree that views draw, and how far its nodes' own tokens are off that. */
function tokensOfTree(events: readonly TrajectoryEvent[]) {
  const tree = events.reduce(reduce, emptyTree());
  const root = tree.root === null ? undefined : tree.nodes.get(tree.root);
  const { inputTokens = -1, outputTokens = -1 } = root?.totals ?? {};
  const own = [...tree.nodes.values()].map(({ usage }) => usage);
  const sum = (of: (usage: Usage) => number) =>
    own.reduce((total, usage) => total + (usage ? of(usage) : 0), 0);
  expect([sum((u) => u.inputTokens), sum((u) => u.outputTokens)]).toEqual([
    inputTokens,
    outputTokens,
  ]);
  return { inputTokens, outputTokens };
}

describe('what is paid for nothing', () => {
  it('is in the tree, the log and the result when a server drops connections in mid-stream', async () => {
    const logFolder = await mkdtemp(join(tmpdir(), 'fathom-spent-'));
    try {
      const { result, events } = await scriptedRun(
        [
          { drop: 'mid-stream', text: 'I begin to' },
          cell('print(llm_query("first"))'),
          { drop: 'mid-stream', text: 'one two three' },
          { text: 'heard', usage: { prompt: 90, completion: 1 } },
          submit,
        ],
        { logFolder },
      );
      expect(result).toMatchObject({ status: 'answered', usage: { estimated: true } });
      const { inputTokens, outputTokens } = result.usage;
      expect(tokensOfTree(events)).toEqual({ inputTokens, outputTokens });
      const { root } = await readRecording(result.trajectory ?? '');
      expect(usageBelow(root)).toEqual(result.usage);
      const spent = events.flatMap((event) =>
        event.type === 'node-progress' && event.spent ? [event.spent.outputTokens] : [],
      );
      expect(spent).toEqual([3, 3]);
    } finally {
      await rm(logFolder, { recursive: true });
    }
  });

  it.each(['stop', 'limit'] as const)(
    'is in tree and result after a %s in mid-stream',
    async (how) => {
      const stop = new AbortController();
      let speaking = 0;
      const { result, events, requests } = await scriptedRun(
        ({ speaker, number }) => {
          if (number === 1)
            return cell('print(llm_query_batched([f"part {n}" for n in range(5)]))');
          return speaker === 'root'
            ? 'The best there is.'
            : { stall: true, after: 'one two three' };
        },
        {
          signal: stop.signal,
          limits: how === 'limit' ? { timeoutMs: 4_000 } : {},
          onEvent: (event, server) => {
            // As soon as all five speak.
            if (how === 'limit' || event.type !== 'node-progress' || event.text !== 'one two three')
              return;
            speaking += 1;
            if (speaking === 5 && server.requests.length === 6) stop.abort();
          },
        },
      );
      expect(result.status).toBe(how === 'stop' ? 'cancelled' : 'limit');
      expect(requests).toHaveLength(how === 'stop' ? 6 : 7);
      const spent = events.flatMap((event) =>
        event.type === 'node-progress' && event.spent ? [event.spent.outputTokens] : [],
      );
      expect(spent).toEqual([3, 3, 3, 3, 3]);
      const { inputTokens, outputTokens, estimated } = result.usage;
      expect(estimated).toBe(true);
      expect(tokensOfTree(events)).toEqual({ inputTokens, outputTokens });
    },
  );

  it.each([
    ['ends', null],
    ['ends and is kept for a follow-up', new OpenSession()],
  ])('is counted of a call that a thread left behind when the run %s', async (_, session) => {
    const speaks = Promise.withResolvers<void>();
    // The cell is over once both were asked and the slow one has begun to speak.
    const code =
      'import threading\nthreading.Thread(target=lambda: llm_query("slow"), daemon=True).start()\nllm_query("quick")';
    try {
      const { result, events } = await scriptedRun(
        async ({ number, prompt }) => {
          if (prompt === 'slow') return { stall: true, after: 'one two three' };
          if (number === 1) return cell(code);
          if (prompt !== 'quick') return submit;
          await speaks.promise;
          return 'heard';
        },
        {
          session,
          onEvent: (event) => {
            if (event.type === 'node-progress' && event.text === 'one two three') speaks.resolve();
          },
        },
      );
      expect(result.status).toBe('answered');
      const { inputTokens, outputTokens } = result.usage;
      expect(tokensOfTree(events)).toEqual({ inputTokens, outputTokens });
      expect(result.usage.estimated).toBe(true);
    } finally {
      await session?.dispose();
    }
  });
});
