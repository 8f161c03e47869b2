import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Flood, startFloodServer } from '../../host/floodServer';
import { drips, fairReply, floods, rushes, swellings } from '../../host/floods';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { buildAsk } from '../cli/askProcess';

/** The most memory that a host may take, in MB. */
const mostMb = 600;

let place: TemporaryFolder;
let bundle: string;
beforeAll(async () => {
  place = await temporaryFolder('floods');
  bundle = await buildAsk(place.path);
  await writeFile(join(place.path, 'words.txt'), 'All kinds of words.\n'.repeat(5_000));
}, 60_000);
afterAll(() => place[Symbol.asyncDispose]());

/** How a run of `ask` went. */
interface Flooded {
  readonly status: string;
  readonly exitCode: number | undefined;
  readonly stderr: string;
  /** The most memory that its process had, in MB. */
  readonly peakMb: number;
  /** Why each sub-call failed, by the name of its flood. */
  readonly reasons: ReadonlyMap<string, string>;
}

async function ask(answer: (request: string) => Flood, more: readonly string[]): Promise<Flooded> {
  const server = await startFloodServer(answer);
  const peak = join(place.path, `peak-${crypto.randomUUID()}`);
  const watch =
    "import { writeFileSync } from 'node:fs'; process.on('exit', () => " +
    `writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS)));`;
  try {
    const run = await execa(
      process.execPath,
      [
        ...['--import', `data:text/javascript,${encodeURIComponent(watch)}`, bundle],
        ...['--base-url', server.url, '--model', 'm', '--kernel', 'native', '--json'],
        ...['--file', 'words.txt', ...more, 'What is there?'],
      ],
      {
        cwd: place.path,
        env: { HOME: place.path, PATH: process.env['PATH'] ?? '', OPENAI_API_KEY: 'test-key-000' },
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
      },
    );
    const { status, trajectory } = JSON.parse(run.stdout);
    return {
      status,
      exitCode: run.exitCode,
      stderr: run.stderr,
      peakMb: Number(await readFile(peak, 'utf8')) / 1024,
      reasons: await reasonsIn(trajectory),
    };
  } finally {
    await server.close();
  }
}

const logged = z.looseObject({
  type: z.string(),
  node: z.string().optional(),
  part: z.string().optional(),
  text: z.string().optional(),
  reason: z.string().optional(),
});

/** Why each sub-call about a flood failed, by the flood's name. */
async function reasonsIn(trajectory: string): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const reasons = new Map<string, string>();
  for (const line of (await readFile(trajectory, 'utf8')).trim().split('\n')) {
    const { type, node = '', part, text = '', reason = '' } = logged.parse(JSON.parse(line));
    const asked = /^flood: (.+)/.exec(part === 'prompt' ? text : '')?.[1];
    if (asked !== undefined) names.set(node, asked);
    const name = names.get(node);
    if (type === 'node-ended' && name !== undefined) reasons.set(name, reason);
  }
  return reasons;
}

/** The root's first turn asks a sub-call for each name at once, its second one ends the run. */
function toSubcalls(all: Readonly<Record<string, Flood>>) {
  const names = Object.keys(all);
  return (request: string): Flood => {
    const name = /"content":"flood: ([^"]+)"/.exec(request)?.[1];
    if (name !== undefined) return all[name] ?? fairReply('no such flood');
    if (request.includes('"assistant"')) return fairReply('```repl\nFINAL("over")\n```');
    const code = `found = llm_query_batched(["flood: " + n for n in ${JSON.stringify(names)}])\nprint(len(found))`;
    return fairReply(`\`\`\`repl\n${code}\n\`\`\``);
  };
}

const tooMuch = (what: string) => new RegExp(`sent too much.*: ${what}`);
const reply = tooMuch('a reply of more than 1 MB');
const event = tooMuch('one event of more than 1 MB');
const lines = tooMuch('a stream of more than 300,000 lines');
const error = tooMuch('an error of more than 1 MB');
const headers = tooMuch('headers of more than 16 KB');
const malformed = /did not answer as an OpenAI-compatible server does/;

/** Why the call fails that a flood answers. */
const expected: Readonly<Record<string, RegExp>> = {
  'a JSON body': reply,
  'a JSON body of white space': reply,
  'a body of no type': event,
  'a line of an event': event,
  'a comment': event,
  'an event of many lines': event,
  'an event of empty lines of data': event,
  'an event of many names': lines,
  'comments that keep it alive': lines,
  'line ends': tooMuch('a reply of more than 64 MB'),
  'events without choices': lines,
  'events of little text': lines,
  'events of much text': tooMuch('a text of more than 2 MB'),
  'events of thoughts': tooMuch('a text of more than 2 MB'),
  'an error body': error,
  'an error body of an overload': error,
  'an error body in gzip': error,
  'JSON in gzip': reply,
  'a line of an event in gzip': event,
  'a line of an event in deflate': event,
  'a line of an event in brotli': event,
  'events in gzip': lines,
  headers,
  'one header': headers,
  trailers: headers,
  'no HTTP at all': /The connection to .* failed/,
  'a list of choices': malformed,
  'a list of empty choices': /replied without a word/,
  'a list of parts': /replied without a word/,
  'lists in lists': malformed,
  'an event of choices': malformed,
  'an error of lists in lists': /refused the request \(400\). It said: "no"/,
  'an error that is lists in lists': malformed,
  'an error event of lists in lists': malformed,
};

describe('a model server that floods', () => {
  const all = { ...floods, ...swellings };
  let flooded: Flooded;
  beforeAll(async () => {
    flooded = await ask(toSubcalls(all), []);
  }, 300_000);

  it('takes less than 600 MB of the host, and the run goes on', () => {
    expect(flooded).toMatchObject({ status: 'answered', exitCode: 0 });
    expect(flooded.peakMb).toBeLessThan(mostMb);
  });

  it.each(Object.keys(all))('is told of: %s', (name) => {
    expect(flooded.reasons.get(name)).toMatch(expected[name] ?? 'a reason to expect');
  });

  it('would take the memory of a host that reads all', async () => {
    const server = await startFloodServer(() => floods['JSON in gzip'] ?? fairReply(''));
    const read = `const over = () => { if (process.memoryUsage.rss() > ${mostMb} * 2 ** 20) process.exit(9); };
setInterval(over, 5); await (await fetch(${JSON.stringify(server.url)})).text();`;
    try {
      const { exitCode } = await execa(process.execPath, ['--input-type=module', '-e', read], {
        reject: false,
        timeout: 60_000,
      });
      expect(exitCode).toBe(9);
    } finally {
      await server.close();
    }
  }, 90_000);
});

describe('a model server that never ends', () => {
  it('is left at the time limit, with sub-calls under way', async () => {
    const run = await ask(toSubcalls({ ...drips, ...rushes }), ['--timeout', '5s']);
    expect(run).toMatchObject({ status: 'limit', exitCode: 3 });
    expect(run.stderr).toContain('The time limit of 5 s was reached');
    expect(run.peakMb).toBeLessThan(mostMb);
  }, 120_000);

  it('is left at the time limit by the root', async () => {
    const names = ['a JSON body', 'an error body', 'headers', 'interim responses'];
    const runs = names.map((name) => {
      const flood = drips[name] ?? fairReply('no such drip');
      return ask(() => flood, ['--timeout', '2s']);
    });
    const ends = (await Promise.all(runs)).map(({ status, exitCode }) => ({ status, exitCode }));
    expect(ends).toEqual(names.map(() => ({ status: 'limit', exitCode: 3 })));
  }, 120_000);
});
