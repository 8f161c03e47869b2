import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import type { ModelRequest } from '../../host/modelScript';
import { type ScriptedRunOptions, scriptedRun } from '../../host/scriptedRun';

let folder: TemporaryFolder;
let log: string;
let report: string;
beforeEach(async () => {
  folder = await temporaryFolder('resume-report');
  log = join(folder.path, 'log');
  report = join(folder.path, 'report.md');
});
afterEach(() => folder[Symbol.asyncDispose]());

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
const turns = [
  cell(
    'report.write("Preface\\n")\nplaces = [report.section(f"Part {n}") for n in range(3)]\nprint(1)',
  ),
  cell(
    'for n in (2, 1, 0):\n    places[n].write("begun ")\n    places[n].fill(llm_query(f"part {n}"))\nopen_document("Notes", "é" * 5000)',
  ),
  cell(
    'rlm_query_batched(["Portray one", "Portray two"], contexts=["one", "two"])\nprint("children")',
  ),
  cell('report.section("End", llm_query("end"))\nFINAL("done")'),
];
const childTurns = [
  cell('report.section("Child " + context, llm_query("of " + context))\nFINAL(context)'),
];

function reply({ messages, prompt }: ModelRequest): string {
  if (!messages.some(({ content }) => content.includes('<question>'))) return `<${prompt}> é`;
  const turn = messages.filter(({ role }) => role === 'assistant').length;
  const script = messages[1]?.content.includes('Portray ') ? childTurns : turns;
  return script[turn] ?? 'no more turns';
}

const run = (options: ScriptedRunOptions) =>
  scriptedRun(reply, {
    subject: { kind: 'documents', documents: [{ name: 'a.txt', text: 'a' }] },
    logFolder: log,
    limits: { maxDepth: 3, concurrency: 1 },
    ...options,
  });

/** All files of a run at one moment, as a process that is killed then leaves them. */
type Snapshot = ReadonlyMap<string, Buffer>;

function filesBelow(path: string): string[] {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

const takeSnapshot = (): Snapshot =>
  new Map(filesBelow(folder.path).map((path) => [path, readFileSync(path)]));

async function restore(snapshot: Snapshot): Promise<void> {
  for (const path of filesBelow(folder.path)) await rm(path);
  for (const [path, bytes] of snapshot) await writeFile(path, bytes);
}

const pastIn = (snapshot: Snapshot) =>
  readPastRun([...snapshot.keys()].find((path) => path.endsWith('.jsonl')) ?? '');

/** A whole run, with the files as they were whenever something was paid or written. */
async function snapshotsOfRun(options: ScriptedRunOptions) {
  await mkdir(log);
  const snapshots: Snapshot[] = [];
  const whole = await run({
    ...options,
    onEvent: (event) => {
      const paid = event.type === 'body' && event.part === 'response';
      const written = event.type === 'node-started' && event.kind === 'report';
      if (paid || written) snapshots.push(takeSnapshot());
    },
  });
  const path = whole.result.report?.path ?? '';
  return { whole, snapshots, path, text: await readFile(path, 'utf8') };
}

const responsesIn = (snapshot: Snapshot) =>
  [...snapshot].flatMap(([path, bytes]) =>
    path.endsWith('.jsonl') ? (bytes.toString().match(/"part":"response"/g) ?? []) : [],
  ).length;

describe('the report of a run that is resumed', () => {
  it.for([
    { where: 'in a file that was named', options: () => ({ reportFile: report }) },
    { where: 'beside the log', options: () => ({}) },
  ])('is finished $where, byte for byte', { timeout: 60_000 }, async ({ options }) => {
    const { whole, snapshots, path, text } = await snapshotsOfRun(options());
    expect(text).toMatch(
      /^Preface\n\n## Part 0\n\nbegun &lt;part 0> é\n\n## Part 1[\s\S]*## Part 2[\s\S]*## Child one[\s\S]*## Child two\n\n&lt;of two> é\n\n## End/,
    );
    expect(snapshots.length).toBeGreaterThan(15);
    for (const [index, snapshot] of snapshots.entries()) {
      if (index % 3 !== 0 && index < snapshots.length - 2) continue;
      await restore(snapshot);
      const past = await pastIn(snapshot);
      const { result, requests } = await run({ continues: { how: 'resume', past } });
      expect(result.report, `moment ${index}`).toEqual({ ...whole.result.report });
      expect(await readFile(path, 'utf8'), `moment ${index}`).toBe(text);
      expect(requests.length).toBe(whole.requests.length - responsesIn(snapshot));
      expect(result.documents).toEqual(whole.result.documents);
      const [document] = result.documents;
      expect(await readFile(document?.path ?? '', 'utf8')).toBe('é'.repeat(5000));
      expect(filesBelow(log).filter((file) => file.endsWith('.report-parts'))).toEqual([]);
    }
  });

  it('is finished where a person had stopped the run', async () => {
    const { path, text } = await snapshotsOfRun({ reportFile: report });
    for (const after of [1, 2, 4]) {
      await restore(new Map());
      const stop = new AbortController();
      let replies = 0;
      const stopped = await run({
        reportFile: report,
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type !== 'body' || event.part !== 'response') return;
          replies += 1;
          if (replies === after + 1) stop.abort();
        },
      });
      expect(stopped.result.status).toBe('cancelled');
      const past = await readPastRun(stopped.result.trajectory ?? '');
      const { result } = await run({ continues: { how: 'resume', past } });
      expect(result.report, `stopped after ${after}`).toMatchObject({ path, problem: null });
      expect(await readFile(path, 'utf8'), `stopped after ${after}`).toBe(text);
    }
  });

  it('keeps what it has when it is stopped once more, before all of that was done again', async () => {
    const script = [
      cell('a, b = report.section("A"), report.section("B")'),
      cell('b.fill(llm_query("of b"))\na.fill(llm_query("of a"))\nFINAL("done")'),
    ];
    const write = (options: ScriptedRunOptions) =>
      scriptedRun(
        ({ messages, prompt }) =>
          messages.some(({ content }) => content.includes('<question>'))
            ? (script[messages.filter(({ role }) => role === 'assistant').length] ?? '')
            : `<${prompt}>`,
        {
          subject: { kind: 'documents', documents: [{ name: 'a.txt', text: 'a' }] },
          logFolder: log,
          ...options,
        },
      );
    /** Stops the run when the so manyth sub-call begins. */
    const stoppedAt = async (count: number, options: ScriptedRunOptions) => {
      const stop = new AbortController();
      let subcalls = 0;
      const { result } = await write({
        ...options,
        signal: stop.signal,
        onEvent: (event) => {
          if (event.type !== 'node-started' || event.kind !== 'subcall') return;
          subcalls += 1;
          if (subcalls === count) stop.abort();
        },
      });
      expect(result.status).toBe('cancelled');
      return { result, past: await readPastRun(result.trajectory ?? '') };
    };
    const first = await stoppedAt(2, { reportFile: report });
    const text = '## A\n\n*This section was not written.*\n\n## B\n\n&lt;of b>\n';
    expect(await readFile(report, 'utf8')).toBe(text);
    const second = await stoppedAt(1, { continues: { how: 'resume', past: first.past } });
    expect(await readFile(report, 'utf8')).toBe(text);
    expect(second.result.report?.path).toBe(report);
    expect(second.result.report?.left).toMatch(/more text than this run wrote/);
    const { result } = await write({ continues: { how: 'resume', past: second.past } });
    expect(result.report).toMatchObject({ problem: null, left: null, path: report });
    expect(await readFile(report, 'utf8')).toMatch(
      /^## A\n\n&lt;of a>\n\n## B\n\n&lt;of b>\n\n## Sources/,
    );
    expect(filesBelow(log).filter((file) => file.endsWith('.report-parts'))).toEqual([]);
  });

  it('goes on elsewhere when somebody has changed what was written', async () => {
    const { snapshots, text } = await snapshotsOfRun({ reportFile: report });
    const snapshot = snapshots.at(-2) ?? new Map();
    await restore(snapshot);
    const changed = `${(await readFile(report, 'utf8')).replace('begun', 'BEGUN')}mine`;
    await writeFile(report, changed);
    const { result } = await run({ continues: { how: 'resume', past: await pastIn(snapshot) } });
    expect(await readFile(report, 'utf8')).toBe(changed);
    expect(result.report?.path).toBe(join(log, `${result.run}.report.md`));
    expect(await readFile(result.report?.path ?? '', 'utf8')).toBe(text);
    expect(result.report?.left).toMatch(/report\.md has text that this run did not write/);
  });

  it('says what is missing of it where it could not be written again for a while', async () => {
    const { snapshots } = await snapshotsOfRun({ reportFile: report });
    const snapshot = snapshots.at(-3) ?? new Map();
    await restore(snapshot);
    await rm(report);
    await mkdir(report);
    let turns = 0;
    const { result } = await run({
      continues: { how: 'resume', past: await pastIn(snapshot) },
      onEvent: (event) => {
        if (event.type !== 'node-started' || event.kind !== 'iteration') return;
        turns += 1;
        // All that the log has is done again by now.
        if (turns === 2) rmdirSync(report);
      },
    });
    expect(result.status).toBe('answered');
    const text = await readFile(report, 'utf8');
    expect(text).toContain('## End');
    expect(text).not.toContain('## Part 0');
    expect(result.report?.problem).toMatch(/missing.*report\.md can't be written/);
  });

  it('is another one when another file is named', async () => {
    const { snapshots, text } = await snapshotsOfRun({ reportFile: report });
    const snapshot = snapshots.at(-2) ?? new Map();
    await restore(snapshot);
    const other = join(folder.path, 'other.md');
    const continues = { how: 'resume' as const, past: await pastIn(snapshot) };
    const { result } = await run({ continues, reportFile: other });
    expect(result.report?.path).toBe(other);
    expect(await readFile(other, 'utf8')).toBe(text);
    expect(existsSync(report)).toBe(true);
  });
});

describe('the report of a follow-up that is resumed', () => {
  it('has nothing of the report of the question before', async () => {
    const subject = { kind: 'documents', documents: [{ name: 'a.txt', text: 'a' }] } as const;
    const options = { subject, logFolder: log };
    const first = await scriptedRun(
      [cell('report.write("First.\\n")\nprint(1)'), cell('FINAL("one")')],
      options,
    );
    const script = [cell('report.write("Second.\\n")\nprint(2)'), cell('FINAL("two")')];
    const whole = await scriptedRun(script, {
      ...options,
      question: 'And?',
      continues: { how: 'follow-up', past: await readPastRun(first.result.trajectory ?? '') },
    });
    const { path = '' } = whole.result.report ?? {};
    expect(await readFile(path, 'utf8')).toBe('Second.\n');
    const lines = whole.log.trimEnd().split('\n');
    const replied = lines.findIndex((line) => line.includes('"part":"response"'));
    const logFile = whole.result.trajectory ?? '';
    await writeFile(logFile, lines.slice(0, replied + 1).join('\n'));
    const rest = await scriptedRun(script.slice(1), {
      ...options,
      question: 'And?',
      continues: { how: 'resume', past: await readPastRun(logFile) },
    });
    expect(rest.result).toMatchObject({
      answer: 'two',
      report: { path, problem: null, left: null },
    });
    expect(await readFile(path, 'utf8')).toBe('Second.\n');
  });
});
