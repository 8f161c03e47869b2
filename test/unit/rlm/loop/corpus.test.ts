import { describe, expect, it } from 'vitest';
import type { CellResult, Kernel } from '../../../../src/repl/kernel';
import { parseReply } from '../../../../src/rlm/loop/reply/parseReply';
import { type CellRunner, runTurn } from '../../../../src/rlm/loop/turn';
import { newRunId, RunRecorder } from '../../../../src/trajectory/recorder';
import { chosenKernels } from '../../../host/chosenKernels';
import { seededRandom } from '../../../host/seededRandom';
import { corpus } from './corpus';

const { signal } = new AbortController();
const all = Object.values(corpus).flat();

/** What a reply comes to in a kernel of its own. */
async function played(reply: string, cutOff = false) {
  const kernels = await chosenKernels();
  const kernel = await kernels.start({
    context: { kind: 'value', json: JSON.stringify('hay\na needle\nhay\n') },
    handle: () => Promise.reject(new Error('No call was expected.')),
    signal,
  });
  const run = newRunId(0, () => 0);
  const recorder = new RunRecorder({ run, sinks: [], now: () => 0 });
  const root = recorder.start({ question: 'Why?', model: 'm', subModel: 's', subject: 'here' });
  const cells: string[] = [];
  try {
    const result = await runTurn(reply, cutOff, runnerOf(kernel, cells), root, signal);
    return { result, cells };
  } finally {
    await kernel.dispose();
  }
}

function runnerOf(kernel: Kernel, cells: string[]): CellRunner {
  return {
    check: (candidates, need) => kernel.check(candidates, need),
    execute: async (code) => {
      cells.push(code.trimEnd());
      const result: CellResult = await kernel.execute(code, { signal, timeoutMs: 20_000 });
      return { result, prompts: [] };
    },
  };
}

describe.each(Object.entries(corpus))('replies with %s', (_, replies) => {
  it.each(replies)('$name', async ({ reply, cells, answer = null, invented }) => {
    const { result, cells: ran } = await played(reply);
    expect(ran).toEqual(cells);
    expect(result.kind).toBe(cells.length > 0 ? 'ran' : 'no-code');
    if (result.kind !== 'ran') return;
    expect(result.last.answer).toBe(answer);
    if (invented !== undefined) expect(result.inventedFrom !== null).toBe(invented);
  });
});

describe('the corpus', () => {
  it('has at least 120 replies, all different', () => {
    expect(all.length).toBeGreaterThanOrEqual(120);
    expect(new Set(all.map(({ reply }) => reply)).size).toBe(all.length);
  });

  it('is read in any mutation', () => {
    const random = seededRandom(13);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    for (let count = 0; count < 10_000; count++) {
      const reply = mutated(pick(all).reply, pick(all).reply, random);
      const { parts } = parseReply(reply);
      for (const part of parts) {
        expect(part.start).toBeGreaterThanOrEqual(0);
        expect(part.start).toBeLessThanOrEqual(reply.length);
      }
    }
  });
});

const size = 5_000_000;
const filled = (piece: string) => piece.repeat(Math.ceil(size / piece.length));
/** Shapes that take forever where a reader looks ahead to the end for each of its marks. */
const shapes: readonly (readonly [name: string, reply: string])[] = [
  ['prose', filled('a word or two. ')],
  ['code', `\`\`\`repl\n${filled('x = “1”\n')}\`\`\``],
  ['a report with fences', `\`\`\`repl\nx = """${filled('text\n```\n')}"""\n\`\`\``],
  ['marks in a line', filled('```a')],
  ['fences that do not close', filled('```repl\n')],
  ['fences of an unknown kind', `${filled('```foo\n')}\`\`\`repl`],
  ['strings that do not end', filled('```py\n"""\n')],
  ['submissions that do not end', filled('FINAL(\n')],
  ['submissions that are mentioned', filled('FINAL(\\""") later\n')],
  ['JSON that does not end', filled('{"name": [\n')],
  ['a string of JSON', filled('{"name": "')],
  ['tags that do not close', filled('<tool_call>\n')],
  ['parameters that do not close', filled('<invoke name="python"><parameter name="code">')],
  ['steps', filled('Action: python\n\n')],
  ['output', `\`\`\`repl\nx\n\`\`\`\n${filled('This prints Output: x\n')}`],
  ['white space', filled(' \n')],
  ['quotes', filled('> ')],
  ['escapes', `\`\`\`repl\n${filled('\\"')}`],
];

describe('a reply of five million characters', () => {
  it.each(shapes)('is read to its end: %s', (_, reply) => {
    expect(parseReply(reply).parts.length).toBeLessThan(10_000);
  });
});

/** A reply with some of its characters, lines and pieces changed. */
function mutated(reply: string, other: string, random: () => number): string {
  const at = (text: string) => Math.floor(random() * (text.length + 1));
  let text = reply;
  for (let count = Math.ceil(random() * 4); count > 0; count--) {
    const [from, to] = [at(text), at(text)].sort((a, b) => a - b) as [number, number];
    const noise = [
      '`',
      '```',
      '~~~',
      '"',
      "'",
      '"""',
      '\\',
      '\n',
      '<',
      '>',
      '{',
      '(',
      ')',
      '\u200b',
      '\ud800',
    ];
    const changes = [
      () => text.slice(0, from) + text.slice(to),
      () => text.slice(0, from) + other.slice(0, at(other)) + text.slice(from),
      () => text.slice(0, to) + text.slice(from, to).repeat(3) + text.slice(to),
      () => text.slice(0, from) + noise[Math.floor(random() * noise.length)] + text.slice(from),
      () => text.slice(0, from),
      () => text.slice(from),
    ];
    text = changes[Math.floor(random() * changes.length)]?.() ?? text;
  }
  return text;
}
