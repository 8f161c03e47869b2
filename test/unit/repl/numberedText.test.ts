import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type HostCall, HostCallError } from '../../../src/repl/hostCall';
import type { KernelFactory } from '../../../src/repl/kernel';
import {
  contractKernels,
  type Handler,
  startKernel,
  type TestKernel,
  value,
} from './kernelHarness';

const source = [
  'import os',
  '',
  'def main(argv):',
  '    for one in argv:',
  '        print(one)',
  '}',
  'CONFIG = {"a": 1}',
  '',
].join('\n');
const total = 7;

const readArguments = z.object({ path: z.string(), start: z.number(), end: z.number().nullable() });

/** Answers `read` and `chunks` about one file, and keeps the prompts that sub-models are asked. */
function repository(asked: string[]): Handler {
  return async ({ method, args, body }: HostCall) => {
    switch (method) {
      case 'read': {
        const { path, start, end } = readArguments.parse(args);
        if (path !== 'src/a.py' && path !== 'empty.py')
          throw new HostCallError('FileNotFoundError', `no ${path}`);
        const lines = path === 'empty.py' ? [] : source.split(/(?<=\n)/);
        const text = lines.slice(start - 1, end ?? undefined).join('');
        return { value: { path, start, end, totalLines: lines.length }, body: text };
      }
      case 'chunks':
        return { body: JSON.stringify([[60, [['src/a.py', 3, 5]]]]) };
      case 'llm_query':
        asked.push(body.toString('utf8'));
        return { body: 'noted' };
      case 'llm_query_batched':
      case 'rlm_query':
        asked.push(body.toString('utf8'));
        return { value: { slots: [] }, body: 'noted' };
      default:
        throw new Error(`unexpected ${method}`);
    }
  };
}

const three =
  '=== src/a.py:3-5 ===\n3\tdef main(argv):\n4\t    for one in argv:\n5\t        print(one)\n';

describe.each(contractKernels)('text that was read, in a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  const asked: string[] = [];
  async function start(): Promise<TestKernel> {
    asked.length = 0;
    return startKernel(kernels, { handle: repository(asked) });
  }

  it('has line numbers where it is printed', async () => {
    await using kernel = await start();
    const said = async (code: string) => (await kernel.run(code)).output;
    expect(await said('print(read("src/a.py", 3, 5))')).toBe(`${three}\n`);
    expect(await said('read("src/a.py", 3, 5)')).toBe(three);
    expect(await said('print(chunks("*")[0])')).toBe(`${three}\n`);
    expect(await said('print(str(chunks("*")[0]))')).toBe(`${three}\n`);
    expect(await said('import sys\n_ = sys.stdout.write(read("src/a.py", 3, 5))')).toBe(three);
    expect(await said('print("Look:", read("src/a.py", 1, 1), sep="\\n", end="")')).toBe(
      'Look:\n=== src/a.py:1-1 ===\n1\timport os\n',
    );
    expect(await said('print(context["src/a.py"][:37])')).toBe(
      '=== src/a.py:1-4 ===\n1\timport os\n2\t\n3\tdef main(argv):\n4\t    for on…\n',
    );
    expect(await said('t = context["src/a.py"]\nprint(t[t.index("main"):t.index("CON")])')).toBe(
      '=== src/a.py:3-6 ===\n3\t…main(argv):\n4\t    for one in argv:\n5\t        print(one)\n6\t}\n\n',
    );
    expect(await said('print(read("src/a.py", 5).rstrip()[:-5])')).toBe(
      '=== src/a.py:5-7 ===\n5\t        print(one)\n6\t}\n7\tCONFIG = {"a…\n',
    );
  });

  it('is a plain str for code', async () => {
    await using kernel = await start();
    const { output } = await kernel.run(`
import ast, io, json, pickle, re, textwrap
text, whole = read("src/a.py", 3, 5), read("src/a.py")
part = str(chunks("*")[0])
assert isinstance(text, str) and len(whole) == ${source.length} and whole.count("\\n") == ${total}
assert text == "def main(argv):\\n    for one in argv:\\n        print(one)\\n"
assert hash(text) == hash(text + "") and {text: 1}[text[:-1] + "\\n"] == 1
assert isinstance(ast.parse(text).body[0], ast.FunctionDef)
assert re.findall(r"^def (\\w+)", whole, re.M) == re.findall(r"^def (\\w+)", part, re.M) == ["main"]
assert json.loads(json.dumps({"t": text}))["t"] == text and json.loads(whole.splitlines()[6][9:]) == {"a": 1}
assert io.StringIO(text).read() == text and pickle.loads(pickle.dumps(text)) == text
assert str(text) == text and "".join([text]) == text and "%s" % text == text
assert text.splitlines()[1] == "    for one in argv:" and text[4:8] == "main" and f"{text[4:8]}" == "main"
assert f"{text.splitlines()[0]}" == "def main(argv):" and f"{text!r}" == repr(str.__str__(text))
assert [type(one) for one in (text[0], text[:3], text.upper(), text.strip()[:4])] == [str] * 4
assert textwrap.dedent(text) == text and text.encode() == bytes(text, "utf-8")
assert part.startswith("=== src/a.py:3-5 ===\\ndef main") and len(part) == 21 + len(text)
assert ("a" in text, text.find("main"), text > "a", max(text[:3])) == (True, 4, True, "f")
print("all")`);
    expect(output).toBe('all\n');
    const shown = await kernel.run('SHOW_VARS()');
    expect(shown.output).toMatch(/^text +str, length 56$/m);
    expect((await kernel.run('[text]')).output).toContain("'def main(argv):\\n");
    expect((await kernel.run('text + 1')).error?.message).toContain('unsupported operand');
  });

  it('has line numbers in every usual form of a prompt', async () => {
    await using kernel = await start();
    const prompt = async (code: string) => {
      asked.length = 0;
      const { error } = await kernel.run(code);
      expect(error).toBeNull();
      return asked[0];
    };
    await kernel.run('p, q = "src/a.py", "What is this?\\n\\n"\nc = chunks("*")[0]');
    for (const code of [
      'llm_query(f"{q}{read(p, 3, 5)}")',
      'llm_query(q + read(p, 3, 5))',
      'llm_query("{}{}".format(q, read(p, 3, 5)))',
      'llm_query(f"{q}{c}")',
      'llm_query(q + c)',
      'llm_query(q + str(c))',
      'llm_query(q + f"{c.text}")',
      'llm_query_batched([q + str(part) for part in chunks("*")])',
      'llm_query_batched([f"{q}{read(f, 3, 5)}" for f in [p]])',
      'prompt = q\nprompt += read(p, 3, 4)\nprompt = prompt + read(p, 5, 5)\nllm_query(prompt)',
    ]) {
      const sent = await prompt(code);
      expect(sent?.replace('5\n=== src/a.py:5-5 ===\n', '5\n'), code).toContain(
        '3\tdef main(argv):\n',
      );
      expect(sent, code).toMatch(/^What is this\?\n\n=== src\/a\.py:3-[45] ===\n3\t/);
      expect(sent, code).toContain('5\t        print(one)\n');
    }
    expect(await prompt('llm_query(c)')).toBe(three);
    expect(await prompt('llm_query(read(p, 3, 5))')).toBe(three);
    expect(await prompt('llm_query(f"<code>{read(p)[:37]}</code>")')).toBe(
      '<code>=== src/a.py:1-4 ===\n1\timport os\n2\t\n3\tdef main(argv):\n4\t    for on…\n</code>',
    );
    expect(await prompt('llm_query(read(p, 1, 1).rstrip() + " Why?")')).toBe('import os Why?');
    expect(await prompt('llm_query("Why?" + read(p, 3, 5).rstrip() + "Say.")')).toBe(
      `Why?\n${three}Say.`,
    );
    // A child works on its context with code: a text is plain, a chunk is for reading.
    expect(await prompt('rlm_query("Q", read(p, 3, 5))')).toContain('"def main(argv):\\n');
    expect(await prompt('rlm_query("Q", c)')).toContain('=== src/a.py:3-5 ===\\n3\\tdef main');
  });

  it('is quoted in an answer without line numbers', async () => {
    await using kernel = await start();
    const { answer } = await kernel.run(
      'FINAL(f"It loops:\\n\\n```py\\n{read(\'src/a.py\', 3, 5)}```\\n\\nSee `=== a:1-2 ===`.")',
    );
    expect(answer).toBe(
      'It loops:\n\n```py\ndef main(argv):\n    for one in argv:\n        print(one)\n```\n\nSee `=== a:1-2 ===`.',
    );
    const table = '=== t:1-2 ===\n1\tone\n3\tthree\n';
    expect((await kernel.run(`FINAL(${JSON.stringify(table)})`)).answer).toBe(table);
  });

  it('says why it is empty', async () => {
    await using kernel = await start();
    const said = async (code: string) => (await kernel.run(code)).output;
    expect(await said('print(read("src/a.py", 50, 60), end="")')).toBe(
      '[src/a.py has 7 lines: there is no line 50]\n',
    );
    expect(await said('read("src/a.py", 6, 2)')).toBe(
      '[no lines of src/a.py: the end, 2, is before the start, 6]\n',
    );
    expect(await said('print(f"Text:\\n{read(\'empty.py\')}")')).toBe(
      'Text:\n[empty.py is empty]\n\n',
    );
    expect(await said('text = read("src/a.py", 50)\nlen(text), text == "", bool(text)')).toBe(
      '(0, True, False)\n',
    );
  });

  it('is had by a place, too', async () => {
    await using kernel = await start();
    const said = async (code: string) => (await kernel.run(code)).output;
    for (const place of ['src/a.py:3-5', 'src/a.py#L3-L5', 'src/a.py:3–5']) {
      expect(await said(`read("${place}")`)).toBe(three);
    }
    expect(await said('context["src/a.py:1"]')).toBe('=== src/a.py:1-1 ===\n1\timport os\n');
    expect((await kernel.run('read("src/b.py:3-5")')).error?.message).toBe('no src/b.py');
    expect((await kernel.run('read("src/a.py:3-5", 2)')).error?.message).toBe('no src/a.py:3-5');
  });

  it('is the same for a value', async () => {
    await using kernel = await startKernel(kernels, { context: value('one\ntwo\nthree\n') });
    const said = async (code: string) => (await kernel.run(code)).output;
    expect(await said('read("context", 2)')).toBe('=== context:2-3 ===\n2\ttwo\n3\tthree\n');
    expect(await said('read("context:2")')).toBe('=== context:2-2 ===\n2\ttwo\n');
    expect(await said('read(start=9)')).toBe('[context has 3 lines: there is no line 9]\n');
    expect(await said('print(chunks()[0])')).toBe(
      '=== context:1-3 ===\n1\tone\n2\ttwo\n3\tthree\n\n',
    );
  });

  it('may be added up', async () => {
    await using kernel = await start();
    const { output } = await kernel.run(
      'text = ""\nfor n in range(3000): text += read("src/a.py")\ntext == read("src/a.py") * 3000',
    );
    expect(output).toBe('True\n');
  });
});
