import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { contractKernels, startKernel, value } from './kernelHarness';

describe.each(contractKernels)('a plain value as the context of a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it.each([
    ['a text', 'a "text"\né😀\u2028', 'str'],
    ['a list', ['a', 1, null, [true]], 'list'],
    ['a dict', { a: { b: [1.5] }, 'caf\udce9': '' }, 'dict'],
  ])('is %s as it was passed', async (_, context, type) => {
    await using kernel = await startKernel(kernels, { context: value(context) });
    const result = await kernel.run('import json\ntype(context).__name__, json.dumps(context)');
    expect(result.output.startsWith(`('${type}', `)).toBe(true);
    expect(JSON.parse((await kernel.run('print(json.dumps(context))')).output)).toEqual(context);
  });

  it('is searched as a text', async () => {
    const text = ['one', 'Two', 'three two', 'four', 'two', 'six'].join('\n');
    await using kernel = await startKernel(kernels, { context: value(text) });
    expect((await kernel.run('grep("two")')).output).toBe('context:3: three two\ncontext:5: two\n');
    expect((await kernel.run('grep("^TWO$", ignore_case=True).total')).output).toBe('2\n');
    expect((await kernel.run('grep("two", before=1, after=1)')).output).toBe(
      'context-2- Two\ncontext:3: three two\ncontext-4- four\ncontext:5: two\ncontext-6- six\n',
    );
    expect((await kernel.run('grep("one|five|six", after=1)')).output).toBe(
      'context:1: one\ncontext-2- Two\n--\ncontext:6: six\n',
    );
    expect(
      (await kernel.run('m = grep(".", max_count=2)\nlen(m), m.total, m.truncated')).output,
    ).toBe('(2, 6, True)\n');
    expect((await kernel.run('grep("e\\nTwo", multiline=True)')).output).toBe('context:1: one\n');
    expect((await kernel.run('grep("t", after=2)[1].column')).output).toBe('0\n');
    expect((await kernel.run('grep("a.c", fixed=True)')).output).toBe('no matches\n');
    expect((await kernel.run('grep("(")')).error?.message).toContain('Bad regular expression');
    expect((await kernel.run('count("two"), read("context", 2, 3)')).output).toBe(
      "({'context': 2}, 'Two\\nthree two\\n')\n",
    );
  });

  it('is searched with a compiled pattern as with any other', async () => {
    await using kernel = await startKernel(kernels, { context: value('one\nTwo\ntwos\na.c\nabc') });
    await kernel.run('import re');
    const outputOf = async (code: string) => (await kernel.run(code)).output;
    expect(await outputOf('grep(re.compile("t w o", re.X | re.I), word=True)')).toBe(
      'context:2: Two\n',
    );
    expect(await outputOf('grep(re.compile("two"), ignore_case=True)')).toBe(
      'context:2: Two\ncontext:3: twos\n',
    );
    expect(await outputOf('count(re.compile("a.c")), count(re.compile("a.c"), fixed=True)')).toBe(
      "({'context': 2}, {'context': 1})\n",
    );
    expect((await kernel.run('grep(re.compile(b"two"))')).error?.message).toBe(
      "pattern must be a string, not bytes: b'two'",
    );
  });

  it('has no line after its last line end', async () => {
    await using kernel = await startKernel(kernels, { context: value('one\n\ntwo\n') });
    const outputOf = async (code: string) => (await kernel.run(code)).output;
    expect(await outputOf('count("^"), count("^", multiline=True)')).toBe(
      "({'context': 3}, {'context': 3})\n",
    );
    expect(await outputOf('grep("^$")')).toBe('context:2: \n');
    expect(await outputOf('grep("^$", multiline=True)')).toBe('context:2: \n');
    expect(await outputOf('grep("two", after=2)')).toBe('context:3: two\n');
    await using empty = await startKernel(kernels, { context: value('') });
    expect((await empty.run('count("^"), count("^", multiline=True)')).output).toBe('({}, {})\n');
  });

  it('is chosen by globs as files are', async () => {
    const texts = { 'a.md': '1', 'docs/b.md': '2', 'docs/in/c.txt': '3', 'd[1].md': '4' };
    await using kernel = await startKernel(kernels, { context: value(texts) });
    const chosen = async (glob: string) => {
      const code = `[f.path[9:-2] for f in files(${JSON.stringify(glob)})]`;
      return JSON.parse((await kernel.run(code)).output.replaceAll("'", '"'));
    };
    expect(await chosen('**/*.md')).toEqual(['a.md', 'docs/b.md', 'd[1].md']);
    expect(await chosen('*.{md,txt}')).toEqual(Object.keys(texts));
    expect(await chosen('docs')).toEqual(['docs/b.md', 'docs/in/c.txt']);
    expect(await chosen('docs/*.md')).toEqual(['docs/b.md']);
    expect(await chosen('docs/**')).toEqual(['docs/b.md', 'docs/in/c.txt']);
    expect(await chosen('[!ab].*')).toEqual(['docs/in/c.txt']);
    expect(await chosen('!*.md')).toEqual(['docs/in/c.txt']);
    expect(await chosen('/a.*')).toEqual(['a.md']);
    expect(await chosen('?.{m,x')).toEqual([]);
    expect(await chosen('[')).toEqual([]);
    expect(await chosen('[]')).toEqual([]);
    expect((await kernel.run('files("[z-a]")')).error?.message).toContain('Bad glob');
    expect((await kernel.run('files("")')).error?.message).toContain("The glob '' is empty");
  });

  it('is read by its own place', async () => {
    await using kernel = await startKernel(kernels, { context: value([1, 'c', 'd']) });
    expect((await kernel.run('read("context[1]")')).output).toBe('=== context[1]:1-1 ===\n1\tc\n');
    expect((await kernel.run('read("context[0]")')).error?.message).toContain(
      "There is no text 'context[0]' in context; texts: context[1], context[2]",
    );
  });

  it('says which number is none', async () => {
    await using kernel = await startKernel(kernels, { context: value('one\ntwo\nthree') });
    expect((await kernel.run('grep("two", before=1.0)')).output).toBe(
      'context-1- one\ncontext:2: two\n',
    );
    expect((await kernel.run('grep("two", max_count="3")')).error?.message).toBe(
      "max_count must be a whole number, not str: '3'",
    );
  });

  it('is searched and cut as several texts', async () => {
    await using kernel = await startKernel(kernels, {
      context: value({ a: 'x\n'.repeat(50), b: 'y\nx\n', n: 3 }),
    });
    expect((await kernel.run('count("x")')).output).toBe(
      '{"context[\'a\']": 50, "context[\'b\']": 1}\n',
    );
    expect((await kernel.run('grep("y")')).output).toBe("context['b']:1: y\n");
    expect((await kernel.run('read("b")')).output).toBe("=== context['b']:1-2 ===\n1\ty\n2\tx\n");
    const chunks = await kernel.run(
      'cs = chunks(max_chars=40)\n[c.chars for c in cs], str(cs[-1])',
    );
    expect(chunks.output).toBe(
      `(\n  [40, 40, 24],\n  "=== context['a']:41-50 ===\\n${'x\\n'.repeat(10)}=== context['b']:1-2 ===\\ny\\nx\\n"\n)\n`,
    );
    const whole = await kernel.run(
      '"".join(read(p.path, p.start, p.end) for c in cs for p in c.pieces) == context["a"] + context["b"]',
    );
    expect(whole.output).toBe('True\n');
  });

  it('says that a repository is needed for the rest', async () => {
    await using kernel = await startKernel(kernels, { context: value(['a']) });
    const { error } = await kernel.run('git_log()');
    expect(error?.name).toBe('NotAvailable');
    expect(error?.message).toContain('plain list');
  });

  it('may be large or deep', async () => {
    const large = 'x'.repeat(30_000_000);
    await using kernel = await startKernel(kernels, { context: value(large) });
    expect((await kernel.run('len(context)')).output).toBe('30000000\n');
    const deep = `${'['.repeat(400)}${']'.repeat(400)}`;
    await using nested = await startKernel(kernels, { context: { kind: 'value', json: deep } });
    expect((await nested.run('context; 1')).status).toBe('ok');
    expect((await nested.run('context')).status).toBe('ok');
  });
});
