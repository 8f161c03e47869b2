import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import type { ModelRequest } from '../../host/modelScript';
import { repetitions } from '../../host/repetitions';
import { type ScriptedRun, scriptedRun } from '../../host/scriptedRun';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-resume-'));
});
afterEach(() => rm(folder, { recursive: true }));

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
const files = { 'a.txt': 'alpha\n', 'b.txt': 'beta\n', 'c.txt': 'gamma\n' };
const turns = [
  cell('names = [f.path for f in files()]\nprint(names, read("a.txt"))'),
  cell('one = llm_query("one")\nmany = llm_query_batched(["x " + n for n in names])\nprint(many)'),
  cell('child = rlm_query("Add up", context=[1, 2, 3])\nprint(child)'),
  cell('more = llm_query_batched(["x a.txt", "y"])\nprint(len(more))'),
  cell('FINAL(" ".join([one, *many, child, *more]))'),
];
const childTurns = [
  cell('sums = llm_query("sum " + str(sum(context)))\nprint(sums)'),
  cell('FINAL(sums)'),
];

/** Every reply depends on the request alone, so that a run which is resumed is asked the same. */
function reply({ messages, prompt }: ModelRequest): string {
  if (!messages.some(({ content }) => content.includes('<question>'))) return `<${prompt}>`;
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  const script = messages[1]?.content.includes('Add up') ? childTurns : turns;
  return script[turn] ?? 'no more turns';
}

const limits = { maxDepth: 3, concurrency: 2 };
const run = (options: Parameters<typeof scriptedRun>[1]) =>
  scriptedRun(reply, { files, logFolder: folder, limits, ...options });

/** Every request of a run, as what tells requests apart. */
const asked = ({ requests }: ScriptedRun) =>
  requests.map(({ messages }) => JSON.stringify(messages.map(({ content }) => content)));

describe('a run that is resumed from its log', () => {
  it('repeats no call that the log has the reply of, wherever the log ends', async () => {
    const whole = await run({});
    expect(whole.result).toMatchObject({ status: 'answered', subcalls: 8 });
    const log = await readFile(whole.result.trajectory ?? '', 'utf8');
    const lines = log.trimEnd().split('\n');
    const cuts = lines.map((_, index) => index + 1);
    expect(cuts.length).toBeGreaterThan(80);
    const step = repetitions(3, 8);
    for (const cut of cuts.filter((n) => n % step === 0 || n > lines.length - 3)) {
      // The last line is cut as well, as by a process that was killed while it wrote.
      const kept = `${lines.slice(0, cut).join('\n')}\n${lines[cut]?.slice(0, 40) ?? ''}`;
      const path = join(folder, 'cut.jsonl');
      await writeFile(path, kept);
      const answered = kept.split('\n').filter((line) => line.includes('"part":"response"'));
      const past = await readPastRun(path);
      const rest = await run({ continues: { how: 'resume', past } });
      expect(rest.result.answer, `cut after ${cut}`).toBe(whole.result.answer);
      expect(rest.requests.length, `cut after ${cut}`).toBe(
        whole.requests.length - answered.length + fromMemory(answered),
      );
      // What it asks is what the whole run asked, to the letter.
      const all = asked(whole);
      for (const request of asked(rest)) {
        const nearest = all.find((other) => other.slice(-200) === request.slice(-200));
        expect(request, `cut after ${cut}`).toBe(nearest ?? all.at(-1));
      }
      expect(rest.result.usage, `cut after ${cut}`).toEqual(whole.result.usage);
      expect(rest.result.iterations).toBe(whole.result.iterations);
    }
  }, 120_000);

  it('can be resumed again when it was killed, too', async () => {
    const whole = await run({});
    const lines = (await readFile(whole.result.trajectory ?? '', 'utf8')).trimEnd().split('\n');
    let requests = 0;
    let past = await cutAt(lines, 0.35, whole.result.run);
    for (const share of [0.15, 0.4, 0.5]) {
      const rest = await run({ continues: { how: 'resume', past } });
      const again = (await readFile(rest.result.trajectory ?? '', 'utf8')).trimEnd().split('\n');
      past = await cutAt(again, share, rest.result.run);
    }
    const last = await run({ continues: { how: 'resume', past } });
    requests += last.requests.length;
    expect(last.result.answer).toBe(whole.result.answer);
    expect(requests).toBeLessThan(whole.requests.length);
  });

  it('counts what was spent before towards its limits', async () => {
    const whole = await run({});
    const past = await readPastRun(whole.result.trajectory ?? '');
    const again = await run({ continues: { how: 'resume', past } });
    expect(again.requests).toHaveLength(0);
    expect(again.result).toMatchObject({ answer: whole.result.answer, subcalls: 8 });
    expect(again.result.usage).toEqual(whole.result.usage);
  });
});

async function cutAt(lines: readonly string[], share: number, runId: string) {
  const path = join(folder, `${runId}.jsonl`);
  await writeFile(path, lines.slice(0, Math.ceil(lines.length * share)).join('\n'));
  return readPastRun(path);
}

/** "x a.txt" is asked twice and paid once. */
function fromMemory(answered: readonly string[]): number {
  return answered.filter((line) => line.includes('<x a.txt>')).length > 1 ? 1 : 0;
}
