import { describe, expect, it } from 'vitest';
import { NodeStops } from '../../../src/rlm/budget/nodeStops';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import type { TrajectoryEvent } from '../../../src/trajectory/events';
import { temporaryFolder } from '../../host/folders';
import type { ModelRequest, ScriptedReply } from '../../host/modelScript';
import { type ScriptedRunOptions, scriptedRun } from '../../host/scriptedRun';

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
const batch = 'got = llm_query_batched([f"q{i}" for i in range(12)])';
const tell = 'FINAL("".join("-" if g.failed else "x" for g in got))';

/** Three of twelve are never answered, while the root's script is `turns`. */
const withThreeThatStall =
  (turns: readonly string[]) =>
  ({ messages, prompt }: ModelRequest): ScriptedReply => {
    if (messages.some(({ content }) => content.includes('<question>'))) {
      return turns[messages.filter(({ role }) => role === 'assistant').length] ?? 'no more';
    }
    return ['q3', 'q7', 'q11'].includes(prompt) ? { stall: true } : `<${prompt}>`;
  };

/** Calls back with the batch's node once nine of its calls are done. */
function onNineDone(act: (event: TrajectoryEvent) => void) {
  return (event: TrajectoryEvent) => {
    if (event.type === 'node-progress' && event.done === 9) act(event);
  };
}

function endOfBatch(events: readonly TrajectoryEvent[]) {
  const node = events.find(
    (event) => event.type === 'node-started' && event.kind === 'batch',
  )?.node;
  return events.find((event) => event.type === 'node-ended' && event.node === node);
}

function childIn(events: readonly TrajectoryEvent[]) {
  return events.find((event) => event.type === 'node-started' && event.kind === 'child')?.node;
}

const options: ScriptedRunOptions = {
  subject: { kind: 'documents', documents: [{ name: 'a.txt', text: 'a' }] },
};

describe('a batch that is stopped', () => {
  it('by a person alone hands its finished slots to the code, and says how many', async () => {
    const nodeStops = new NodeStops();
    const script = withThreeThatStall([cell(`${batch}\nprint(got[3])`), cell(tell)]);
    const { result, events, requests } = await scriptedRun(script, {
      ...options,
      nodeStops,
      onEvent: onNineDone(({ node }) => nodeStops.stop(node)),
    });
    expect(result).toMatchObject({ status: 'answered', answer: 'xxx-xxx-xxx-' });
    expect(endOfBatch(events)).toMatchObject({
      outcome: 'cancelled',
      summary: '12 sub-calls',
      reason: 'stopped: 9 of 12 done',
    });
    expect(requests.at(-1)?.prompt).toContain('Error: Stopped by the person who asked. Do not ask');
  });

  it('with its whole run is found by a follow-up and by resuming it', {
    timeout: 30_000,
  }, async () => {
    await using folder = await temporaryFolder('stopped');
    const logFolder = folder.path;
    const stop = new AbortController();
    const script = withThreeThatStall([cell(`before = 1\n${batch}\nafter = 2`)]);
    const stopped = await scriptedRun(script, {
      ...options,
      logFolder,
      signal: stop.signal,
      onEvent: onNineDone(() => setImmediate(() => stop.abort())),
    });
    expect(stopped.result).toMatchObject({
      status: 'cancelled',
      subcalls: 12,
      subcallsAnswered: 9,
    });
    expect(endOfBatch(stopped.events)).toMatchObject({ outcome: 'cancelled' });
    const past = await readPastRun(stopped.result.trajectory ?? '');

    const followUp = await scriptedRun([cell(tell)], {
      ...options,
      logFolder,
      question: 'What was there?',
      continues: { how: 'follow-up', past },
    });
    expect(followUp.result.answer).toBe('xxx-xxx-xxx-');
    expect(followUp.requests).toHaveLength(1);

    const resumed = await scriptedRun(
      ({ messages, prompt }) =>
        messages.some(({ content }) => content.includes('<question>')) ? cell(tell) : `<${prompt}>`,
      { ...options, logFolder, continues: { how: 'resume', past } },
    );
    expect(resumed.result.answer).toBe('xxxxxxxxxxxx');
    expect(
      resumed.requests
        .map(({ prompt }) => prompt)
        .slice(0, 3)
        .sort(),
    ).toEqual(['q11', 'q3', 'q7']);
    expect(resumed.requests).toHaveLength(4);
  });

  it('by a limit says that, too', async () => {
    const script = withThreeThatStall([cell(batch), 'What I know.']);
    const { result, events } = await scriptedRun(script, {
      ...options,
      limits: { timeoutMs: 4_000 },
    });
    expect(result).toMatchObject({ status: 'limit', answer: 'What I know.', subcallsAnswered: 9 });
    expect(endOfBatch(events)).toMatchObject({
      outcome: 'stopped',
      reason: 'stopped: 9 of 12 done',
    });
  });
});

describe('a child that is stopped by a person', () => {
  it('leaves its parent what it had drafted, and says so', async () => {
    const nodeStops = new NodeStops();
    const seen: TrajectoryEvent[] = [];
    const { result, events } = await scriptedRun(
      ({ messages, prompt }) => {
        if (!messages.some(({ content }) => content.includes('<question>'))) return 'sub';
        const child = messages[1]?.content.includes('Look there') === true;
        if (child && prompt.includes('drafted')) return { stall: true };
        if (child) return cell('answer["content"] = "a draft"\nprint("drafted")');
        if (messages.some(({ role }) => role === 'assistant')) return cell('FINAL(told)');
        return cell('told = rlm_query("Look there", context="x")\nprint(1)');
      },
      {
        ...options,
        limits: { maxDepth: 3 },
        nodeStops,
        onEvent: (event) => {
          seen.push(event);
          // Once the child has been asked for its second turn.
          const asked = event.type === 'body' && event.part === 'prompt';
          const child = childIn(seen);
          if (asked && child && event.text.includes('REPL output:\ndrafted')) {
            setImmediate(() => nodeStops.stop(child));
          }
        },
      },
    );
    const child = childIn(events);
    expect(
      events.find((event) => event.type === 'node-ended' && event.node === child),
    ).toMatchObject({ outcome: 'cancelled', reason: 'stopped by a person' });
    expect(result.answer).toMatch(/^a draft\n\n\(Not complete: Stopped by the person/);
  });
});
