import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../../src/repl/kernel';
import { readPastRun } from '../../../../src/rlm/replay/pastRun';
import type { ScriptedReply } from '../../../host/modelScript';
import { scriptedRun } from '../../../host/scriptedRun';
import { contractKernels } from '../../repl/kernelHarness';

const fence = (code: string, label = 'repl') => `\`\`\`${label}\n${code}\n\`\`\``;
const look = 'print(grep("needle"))';
const files = { 'src/a.txt': 'hay\na needle\n' };
const done = fence('FINAL("It is at src/a.txt:2.")');
const found = 'src/a.txt:2: a needle';

/** A reply without content, as servers with a parser for tool calls send it. */
function toolCall(name: string, args: object): ScriptedReply {
  const call = { id: 'a', type: 'function', function: { name, arguments: JSON.stringify(args) } };
  const message = { role: 'assistant', content: null, tool_calls: [call] };
  const choices = [{ index: 0, message, finish_reason: 'tool_calls' }];
  return { status: 200, headers: { 'content-type': 'application/json' }, body: { choices } };
}

const looks: readonly (readonly [manner: string, reply: ScriptedReply])[] = [
  ['an unlabelled fence', fence(look, '')],
  ['a fence marked tool_code', fence(look, 'tool_code')],
  ['a fence after text', `I look: ${fence(look)}<|im_end|>`],
  [
    'a tool call in the text',
    `<tool_call>{"name":"grep","arguments":{"pattern":"needle"}}</tool_call>`,
  ],
  ['a tool call of the server, with code', toolCall('python', { code: look })],
  ['a tool call of the server, of our function', toolCall('grep', { pattern: 'needle' })],
  ['a step of ReAct', `Thought: I look.\nAction: python\nAction Input: ${look}`],
  ['no fence', `I look for it.\n\n${look}`],
  ['typographic quotes', fence('print(grep(“needle”))')],
];

describe.each(contractKernels)('a turn with a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it.each(looks)('runs %s', async (_, reply) => {
    const { requests, result } = await scriptedRun([reply, done], {
      files,
      wrapKernels: () => kernels,
    });
    expect(requests[1]?.prompt).toContain(found);
    expect(result).toMatchObject({ status: 'answered', answer: 'It is at src/a.txt:2.' });
  });

  it.each([
    ['FINAL(answer)', `${fence('answer["content"] = "It is blue."')}\n\nFINAL(answer)`],
    ['FINAL_VAR(x)', `${fence('x = "It is blue."')}\n\nFINAL_VAR(x)`],
    ['FINAL_VAR of a value', fence('x = "It is blue."\nFINAL_VAR(x)')],
    ['prose without quotes', 'I know.\n\nFINAL(It is blue.)'],
    ['prose without quotes in a cell', fence('FINAL(It is blue.)')],
  ])('takes %s as the answer', async (_, reply) => {
    const { result } = await scriptedRun([reply], { wrapKernels: () => kernels });
    expect(result).toMatchObject({ status: 'answered', answer: 'It is blue.', iterations: 1 });
  });

  it('tells of a variable that FINAL names and that does not exist', async () => {
    const { requests, result } = await scriptedRun(['FINAL(final_answer)', done], {
      files,
      wrapKernels: () => kernels,
    });
    expect(requests[1]?.prompt).toContain("'final_answer' is not defined");
    expect(result.answer).toContain('src/a.txt:2');
  });
});

describe('what a model invents', () => {
  const invention = `${fence(look)}\n\nOutput:\n\`\`\`\nsrc/b.txt:9: a needle\n\`\`\`\n\nFINAL("It is at src/b.txt:9.")`;

  it('is cut off and said, and no answer that rests on it is taken', async () => {
    const { requests, result } = await scriptedRun([`I look.\n\n${invention}`, done], { files });
    expect(requests).toHaveLength(2);
    expect(requests[1]?.prompt).toContain(found);
    expect(requests[1]?.prompt).toMatch(/output that you made up/);
    const sent = JSON.stringify(requests[1]?.messages);
    expect(sent).not.toContain('src/b.txt');
    expect(requests[1]?.messages[2]).toEqual({
      role: 'assistant',
      content: `I look.\n\n${fence(look)}`,
    });
    expect(result.answer).toContain('src/a.txt:2');
  });

  it('is not spoken of where there is none', async () => {
    const { requests } = await scriptedRun([`${fence(look)}\n\nI wait for it.`, done], { files });
    expect(requests[1]?.prompt).not.toContain('made up');
    expect(requests[1]?.messages[2]?.content).toContain('I wait for it.');
  });

  it('is said when an answer is held back, too', async () => {
    const reply = `${fence(`${look}\nFINAL("x")`)}\n\nOutput: src/b.txt`;
    const { requests } = await scriptedRun([reply, done], { files });
    expect(requests[1]?.prompt).toMatch(/held back[\s\S]*made up/);
  });

  it('stays out of a run that is resumed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fathom-invention-'));
    try {
      const replies = [`I look.\n\n${invention}`, fence('print(1)'), done];
      const script = ({ turn }: { turn: number }) => replies[turn - 1] ?? 'no more';
      const whole = await scriptedRun(script, { files, logFolder: folder });
      const lines = (await readFile(whole.result.trajectory ?? '', 'utf8')).trimEnd().split('\n');
      const second = lines.findIndex((line) => line.includes('Turn 2/'));
      expect(second).toBeGreaterThan(0);
      const third = lines.findIndex((line) => line.includes('Turn 3/'));
      expect(third).toBeGreaterThan(second);
      for (const cut of [second, second + 1, third]) {
        const path = join(folder, 'cut.jsonl');
        await writeFile(path, `${lines.slice(0, cut).join('\n')}\n`);
        const past = await readPastRun(path);
        const later = await scriptedRun(
          ({ messages }) => replies[messages.filter((m) => m.role === 'assistant').length] ?? done,
          { files, logFolder: folder, continues: { how: 'resume', past } },
        );
        expect(later.result.answer, `cut after ${cut}`).toBe(whole.result.answer);
        const sent = JSON.stringify(later.requests.at(-1)?.messages);
        expect(sent, `cut after ${cut}`).toBe(JSON.stringify(whole.requests.at(-1)?.messages));
        expect(sent).not.toContain('src/b.txt');
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a reply that was cut off at the output limit', () => {
  it('has the code run that is whole, and the model told of the rest', async () => {
    const text = `${fence(look)}\n\nThen:\n\n\`\`\`repl\nprint("half`;
    const { requests } = await scriptedRun([{ text, finishReason: 'length' }, done], { files });
    expect(requests[1]?.prompt).toContain(found);
    expect(requests[1]?.prompt).toMatch(/code that was not complete was not run/);
  });

  it.each([
    ['a submission', 'FINAL(It is'],
    ['a tag', '<execute>\nprint(1)'],
    ['a call', '<function=python>\n<parameter=code>\nprint(1)'],
  ])('runs no half of %s', async (_, text) => {
    const { requests, result } = await scriptedRun([{ text, finishReason: 'length' }, done], {
      files,
    });
    expect(requests[1]?.prompt).toContain('cut off');
    expect(result.answer).toContain('src/a.txt:2');
  });
});

describe('an example of other code', () => {
  it.each([
    ['JSON', fence('{"name": "fathom", "retries": 3}', 'json')],
    ['shell', fence('grep -rn needle src', '')],
    ['TypeScript', fence('search("needle");', 'ts')],
  ])('is not run: %s', async (_, reply) => {
    const { requests, events } = await scriptedRun([reply, done], { files });
    expect(requests[1]?.prompt).toContain('no code');
    const cells = events.filter((event) => event.type === 'node-started' && event.kind === 'cell');
    expect(cells).toHaveLength(1);
  });
});
