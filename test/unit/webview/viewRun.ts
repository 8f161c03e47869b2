import type { NodeHandle } from '../../../src/trajectory/recorder';
import { newRunId, RunRecorder } from '../../../src/trajectory/recorder';
import { ShownRun } from '../../../src/trajectory/shownRun';

/** A run for the view, with a clock that is set by hand. */
export function recordRun(question = 'Where are cells executed, and what limits them?') {
  const clock = { now: Date.now() - 41_000 };
  const shown = new ShownRun(true);
  const recorder = new RunRecorder({
    run: newRunId(clock.now, () => 0.5),
    sinks: [shown.sink],
    now: () => clock.now,
  });
  const root = recorder.start({
    question,
    model: 'gpt-5',
    subModel: 'gpt-5-mini',
    subject: 'fathom',
    limits: {
      maxDepth: 2,
      maxIterations: 30,
      maxSubcalls: 500,
      maxTokens: null,
      maxCostUsd: 1,
      timeoutMs: 900_000,
    },
  });
  return { clock, shown, root };
}

export function usage(tokens: number, costUsd: number | null) {
  return {
    inputTokens: tokens - 10,
    outputTokens: 10,
    cachedInputTokens: 0,
    estimated: false,
    costUsd,
  };
}

/** A run in the middle of its work, as in the wireframe of the view. */
export function wireframe() {
  const { clock, shown, root } = recordRun();
  const wait = (ms: number) => {
    clock.now += ms;
  };
  const turn = (summary: string, tokens: number, cost: number) => {
    const iteration = root.child('iteration', summary);
    const call = iteration.child('model-call', 'gpt-5');
    call.progress({ working: true });
    wait(2100);
    call.body('prompt', 'What do you do next?');
    call.body('response', `${summary}.\n\n\`\`\`repl\nhits = grep("execute(")\n\`\`\``);
    call.end('ok', { usage: usage(tokens, cost) });
    const cell = iteration.child('cell', 'hits = grep("execute(")');
    cell.body(
      'code',
      'hits = grep(r"\\bexecute\\(", glob="src/**")\nfor hit in hits:\n    print(hit)  # a look\nparts = chunks(hits.paths())\nnotes = llm_query_batched(["ASK" + str(c) for c in parts])\n',
    );
    return { iteration, cell };
  };
  const search = (cell: NodeHandle, summary: string, ms: number) => {
    const node = cell.child('host-call', 'grep');
    wait(ms);
    node.progress({
      files: [
        { path: 'src/repl/kernel.ts', how: 'read', start: 1, end: 180 },
        { path: 'src/repl/frames.ts', how: 'matched', start: 3, end: 3 },
        { path: 'src/rlm/turn.ts', how: 'sent', start: 10, end: 90 },
        { path: 'README.md', how: 'listed' },
      ],
    });
    node.end('ok', { summary });
  };
  const first = turn('Look at the layout', 1200, 0.002);
  search(first.cell, 'tree, depth 2', 12);
  search(first.cell, 'grep "execute(" → 41 in 9 files', 138);
  first.cell.body('output', '41 matches in 9 files\nsrc/repl/kernel.ts:12: execute(code)\n');
  first.cell.end('error', { reason: "NameError: name 'hit' is not defined" });
  first.iteration.end('ok');

  const second = turn('Ask about each candidate', 9000, 0.012);
  const batch = second.cell.child('batch', '12 sub-calls');
  const calls = Array.from({ length: 12 }, (_, index) => {
    const call = batch.child('subcall', `src/repl/part${index}.ts:1-180`);
    call.body('prompt', 'What limits a cell here?');
    return call;
  });
  for (const [index, call] of calls.entries()) {
    wait(220);
    call.progress({ working: true });
    if (index < 9) {
      wait(300);
      call.body('response', 'A timeout.');
      if (index === 3) call.end('error', { reason: 'rate limited' });
      else call.end('ok', { usage: usage(4100, 0.003) });
      batch.progress({ done: index + 1, total: 12 });
    }
  }
  const child = second.cell.child('child', 'Trace how a timeout reaches the kernel');
  child.body('question', 'Trace how a timeout reaches the kernel');
  const inner = child.child('iteration', 'Read the kernel');
  const innerCall = inner.child('model-call', 'gpt-5');
  innerCall.progress({ working: true });
  innerCall.progress({ text: 'I will read kernel.ts first and then follow the timeout down' });
  wait(1800);
  return { clock, shown, root, calls, batch, child, second };
}
