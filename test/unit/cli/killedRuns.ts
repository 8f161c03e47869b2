import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { readPastRun } from '../../../src/rlm/replay/pastRun';
import { type RecordedNode, readRecording } from '../../../src/trajectory/recording';
import { temporaryFolder } from '../../host/folders';
import type { ModelRequest, SaidReply } from '../../host/modelScript';
import { type ModelServer, startModelServer } from '../../host/modelServer';
import type { RecordedRequest } from '../../host/requestLog';
import { scriptedRun } from '../../host/scriptedRun';
import { buildAsk, startAsk } from './askProcess';

const text = 'All kinds of words.\n'.repeat(5_000);
const concurrency = 4;
/** Runs at once; starting a process is most of the work. */
const atOnce = 3;

const cell = (code: string) => `Next.\n\n\`\`\`repl\n${code}\n\`\`\``;
const turns = [
  cell(
    'parts = [context[i * 10 : i * 10 + 10] for i in range(12)]\nplaces = [report.section(f"Part {i}") for i in range(4)]\nprint(len(parts))',
  ),
  cell('first = llm_query_batched([f"a{i} {p}" for i, p in enumerate(parts)])\nprint(len(first))'),
  cell(
    'second = []\nfor i in range(4):\n    places[3 - i].fill(f"text {i} " * 3000)\n    second.append(llm_query(f"b{i}"))\nprint(second)',
  ),
  cell('FINAL(" ".join([*first, *second]).replace(chr(10), ""))'),
];

const isSub = ({ messages }: Pick<ModelRequest, 'messages'>) =>
  !messages.some(({ content }) => content.includes('<question>'));

/** Every reply depends on its request alone. */
function reply(request: ModelRequest): SaidReply {
  const turn = request.messages.filter(({ role }) => role === 'assistant').length;
  const words = isSub(request) ? `<${request.prompt}>` : (turns[turn] ?? 'no more');
  return { text: words, delayMs: 5 + ((request.number * 7) % 20) };
}

/** Where `ask` is built, and its runs leave what they leave. */
interface Place {
  readonly folder: string;
  readonly bundle: string;
}

function start({ folder, bundle }: Place, server: ModelServer, log: string) {
  const model = ['--base-url', server.url, '--model', 'scripted', '--kernel', 'native'];
  const where = ['--log', log, '--report', `${log}.md`];
  const fixed = [...model, ...where, '--concurrency', String(concurrency)];
  return startAsk(bundle, [...fixed, '--file', 'words.txt', 'What is there?'], {
    cwd: folder,
    env: { OPENAI_API_KEY: 'test-key-000' },
  });
}

/** What tells one request from another. */
const nameOf = ({ messages }: RecordedRequest) =>
  isSub({ messages }) ? (messages.at(-1)?.content ?? '') : `turn ${messages.length}`;

/** Calls of one step are made at once, those of another only when all of it was answered. */
const stepOf = (name: string) => (name.startsWith('a') ? 'batch' : name);

/** Everything of a report that is on disk: in its place, or waiting for it. */
async function reportText(log: string): Promise<string> {
  const side = (await readdir(log)).filter((name) => name.endsWith('.report-parts'));
  const paths = [`${log}.md`, ...side.map((name) => join(log, name))];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
  return texts.join('');
}

/** Kills a run once so many requests have arrived, and some milliseconds later; then resumes it. */
async function killAndResume(place: Place, { index, request, afterMs }: Moment) {
  const log = join(place.folder, `log-${index}`);
  const server = await startModelServer(reply);
  try {
    const child = start(place, server, log);
    await server.arrived(request);
    await delay(afterMs);
    child.kill('SIGKILL');
    await child;
    await server.idle();
    const file = (await readdir(log)).find((name) => name.endsWith('.jsonl')) ?? '';
    const lines = (await readFile(join(log, file), 'utf8')).split('\n');
    for (const line of lines.slice(0, -1)) JSON.parse(line);
    const { root } = await readRecording(join(log, file));
    const before = server.requests.map(nameOf);
    // A call that came after a write was made by code that had seen the write return.
    const written = before.filter((name) => /^b\d$/.test(name)).map((name) => name.slice(1));
    const onDisk = await reportText(log);
    for (const n of written) expect(onDisk).toContain(`text ${n} `.repeat(3000));
    const rest = await scriptedRun(reply, {
      server,
      question: 'What is there?',
      subject: { kind: 'documents', documents: [{ name: 'words.txt', text }] },
      continues: { how: 'resume', past: await readPastRun(join(log, file)) },
      logFolder: log,
      limits: { concurrency },
    });
    const report = await readFile(`${log}.md`, 'utf8');
    return { before, answered: repliesIn(root), rest, report };
  } finally {
    await server.close();
  }
}

function repliesIn(node: RecordedNode): number {
  const own = node.bodies.has('response') && node.records.some(({ kind }) => kind === 'reply');
  return node.children.reduce((sum, child) => sum + repliesIn(child), own ? 1 : 0);
}

/** When a run is killed: so many milliseconds after so many requests have arrived. */
interface Moment {
  readonly index: number;
  readonly request: number;
  readonly afterMs: number;
}

/** The same moments each time, spread over a run of so many requests: no two alike. */
function momentsOfRun(moments: number, requests: number): readonly Moment[] {
  return Array.from({ length: moments }, (_, index) => ({
    index,
    request: 1 + ((index * 7) % requests),
    afterMs: (index * 13) % 40,
  }));
}

/**
 * Kills `ask` at so many moments, resumes each run, and expects that it comes to what a whole run comes to
 * and repeats no paid call.
 *
 * A paid call is repeated when its reply had come in and is asked for again. A reply is on file before
 * any code sees it, and a call of the next step is only made by code that saw all of this one. So what is
 * asked again can only be of the step under way, at most as much as was in flight: for these the process
 * may have died with the reply in the network, which nobody on this side of it can know.
 * @param share picks from the moments, so that test files beside one another have some each.
 */
export async function expectRunsToSurvive(
  moments: number,
  share: (index: number) => boolean,
): Promise<void> {
  await using temporary = await temporaryFolder('killed');
  const folder = temporary.path;
  const place = { folder, bundle: await buildAsk(folder) };
  await writeFile(join(folder, 'words.txt'), text);
  const server = await startModelServer(reply);
  const whole = await start(place, server, join(folder, 'log-whole'));
  const all = server.requests.map(nameOf);
  await server.close();
  expect(all).toHaveLength(20);
  const report = await readFile(join(folder, 'log-whole.md'), 'utf8');
  const plan = momentsOfRun(moments, all.length).filter(({ index }) => share(index));
  const next = plan.values();
  const worker = async () => {
    for (const moment of next) {
      const killed = await killAndResume(place, moment);
      const { before, answered, rest } = killed;
      const context = `killed at request ${moment.request} + ${moment.afterMs} ms`;
      expect(`${rest.result.answer}\n`, context).toBe(whole.stdout);
      expect(killed.report, context).toBe(report);
      expect(rest.result.report?.problem, context).toBeNull();
      // Everything whose reply is in the log is not asked again; all the rest is asked once.
      expect(rest.requests.length, context).toBe(all.length - answered);
      const names = rest.requests.map(nameOf);
      expect(new Set(names).size, context).toBe(names.length);
      const twice = before.filter((name) => names.includes(name));
      const underWay = stepOf(before.at(-1) ?? '');
      expect(twice.map(stepOf), context).toEqual(twice.map(() => underWay));
      expect(twice.length, context).toBeLessThanOrEqual(underWay === 'batch' ? concurrency : 1);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
