import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { contractKernels, startKernel } from './kernelHarness';

describe.each(contractKernels)('the namespace of a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it('submits through answer, FINAL and FINAL_VAR', async () => {
    await using kernel = await startKernel(kernels);
    expect((await kernel.run('answer')).output).toBe("{'content': '', 'ready': False}\n");
    const draft = await kernel.run('answer["content"] = "draft"');
    expect(draft).toMatchObject({ answer: null, draft: 'draft' });
    const ready = await kernel.run('answer["ready"] = True');
    expect(ready).toMatchObject({ answer: 'draft', draft: 'draft' });
    await kernel.kernel.set({ answer: { content: 'draft', ready: false } });
    expect(await kernel.run('1')).toMatchObject({ answer: null, draft: 'draft' });
    expect((await kernel.run('FINAL("done")')).answer).toBe('done');
    expect((await kernel.run('text = "from a variable"\nFINAL_VAR("text")')).answer).toBe(
      'from a variable',
    );
    expect((await kernel.run('FINAL_VAR(text + " itself")')).answer).toBe('from a variable itself');
    expect((await kernel.run('FINAL(42)')).answer).toBe('42');
  });

  it('says which variables there are when FINAL_VAR names none', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run('mine = 1\nFINAL_VAR("yours")');
    expect(result.error?.name).toBe('NameError');
    expect(result.error?.message).toMatch(/no variable 'yours'.*mine/);
    expect(result.answer).toBeNull();
  });

  it('submits a value that FINAL_VAR is given in place of a name, also of one word', async () => {
    await using kernel = await startKernel(kernels);
    expect((await kernel.run('x = "done"\nFINAL_VAR(x)')).answer).toBe('done');
    expect((await kernel.run('FINAL_VAR(x.upper())')).answer).toBe('DONE');
    expect((await kernel.run('def f():\n    y = "ready"\n    FINAL_VAR(y)\nf()')).answer).toBe(
      'ready',
    );
    expect((await kernel.run('FINAL_VAR("x")')).answer).toBe('done');
    expect((await kernel.run('FINAL_VAR(["a"])')).answer).toBe("['a']");
  });

  it('submits what is in the answer, not the dict', async () => {
    await using kernel = await startKernel(kernels);
    for (const submission of ['FINAL(answer)', 'FINAL_VAR("answer")', 'FINAL_VAR(answer)']) {
      await kernel.kernel.set({ answer: { content: 'blue', ready: false } });
      expect((await kernel.run(submission)).answer, submission).toBe('blue');
    }
    const copied = await kernel.run('FINAL(dict(answer, content="copied"))');
    expect(copied.answer).toBe('copied');
    const other = await kernel.run('FINAL({"content": 1, "more": 2})');
    expect(other.answer).toBe("{'content': 1, 'more': 2}");
  });

  it('tells a cell from a text that happens to be a program', async () => {
    await using kernel = await startKernel(kernels);
    await kernel.run('mine = [1]');
    const passes = async (code: string) => (await kernel.kernel.check([code], 'uses-repl')).ok;
    for (const code of [
      'print(1)',
      'hits = grep("x")',
      'mine.append(2)',
      'len(mine)',
      'answer["content"] = "x"',
      'answer = "x"',
      'for path in context:\n    print(path)',
      'await llm_query.aio("x")',
      'def f():\n    return grep("x")\nf()',
      'import json\nprint(json.dumps({}))',
    ]) {
      expect(await passes(code), code).toBe(true);
    }
    for (const code of [
      'context',
      'Yes',
      '{"a": 1}',
      '[1, 2]',
      'x = 1',
      'files = 3',
      'def f():\n    return 1',
      'import os',
      'console.log(files())',
      'print(unknown)',
      'let a = 1',
      'len([1])',
      '',
      '('.repeat(500),
      '\0',
    ]) {
      expect(await passes(code), code).toBe(false);
    }
    const checked = await kernel.kernel.check(['Yes', 'print(1)'], 'uses-repl');
    expect(checked).toEqual({ ok: true, index: 1 });
  });

  it('understands an answer that was rebound', async () => {
    await using kernel = await startKernel(kernels);
    expect(await kernel.run('answer = {"content": "whole", "ready": True}')).toMatchObject({
      answer: 'whole',
    });
    await kernel.kernel.set({ answer: { content: '', ready: false } });
    const text = await kernel.run('answer = "only text"');
    expect(text).toMatchObject({ answer: null, draft: 'only text' });
    expect(text.output).toContain('`answer` is a dict');
    expect((await kernel.run('answer["ready"] = True')).answer).toBe('only text');
    const other = await kernel.run('answer = 5');
    expect(other.output).toContain('your int was not taken');
    await kernel.run('del answer');
    expect((await kernel.run('answer["content"]')).output).toBe("'only text'\n");
    expect((await kernel.run('answer.clear()')).draft).toBe('');
  });

  it('puts reserved names back before the next cell, and says so', async () => {
    await using kernel = await startKernel(kernels, { handle: async () => ({ body: 'reply' }) });
    const result = await kernel.run('context = 1\nllm_query = None\nprint = 2\ndel FINAL');
    expect(result.output).toContain('`context` is reserved');
    expect(result.output).toContain('`llm_query` is reserved');
    expect(
      (await kernel.run('print(llm_query("x"), type(context).__name__, FINAL)')).output,
    ).toMatch(/^reply Repository <function FINAL/);
    await kernel.run(
      'import builtins, sys\nbuiltins.len = None\ndel builtins.print\nsys.stdout = None\nbuiltins.__import__ = None',
    );
    expect((await kernel.run('import json\nprint(len("abc"))')).output).toBe('3\n');
    await kernel.run('globals().clear()');
    expect((await kernel.run('print(len("abc"), context)')).output).toContain('3 <repository');
  });

  it('leaves variables alone that are named like its functions', async () => {
    await using kernel = await startKernel(kernels);
    await kernel.run('files = ["mine"]\ncount = 3\nsum = 5');
    expect((await kernel.run('files, count, sum')).output).toBe("(['mine'], 3, 5)\n");
    expect((await kernel.run('del files\nfiles.__name__')).output).toBe("'files'\n");
  });

  it('shows the variables and their sizes', async () => {
    await using kernel = await startKernel(kernels);
    expect((await kernel.run('SHOW_VARS()')).output).toBe('no variables yet\n');
    const result = await kernel.run(
      'import re\nfrom collections import Counter\nitems = [1, 2]\ntext = "abc"\nc = Counter("aab")\n_hidden = 1\nclass Slow:\n    def __len__(self):\n        while True: pass\nslow = Slow()\nprint(SHOW_VARS())',
    );
    expect(result.output).toContain('items');
    expect(result.output).toMatch(/text +str, length 3\n/);
    expect(result.variables).toEqual([
      { name: 'Counter', type: 'type', length: null },
      { name: 'items', type: 'list', length: 2 },
      { name: 'text', type: 'str', length: 3 },
      { name: 'c', type: 'Counter', length: 2 },
      { name: 'Slow', type: 'type', length: null },
      { name: 'slow', type: 'Slow', length: null },
    ]);
  });

  it('tells which variables a cell has made or changed', async () => {
    await using kernel = await startKernel(kernels);
    const changed = async (code: string) => (await kernel.run(code)).changed;
    expect(await changed('a, b = 1, [1]')).toEqual(['a', 'b']);
    expect(await changed('print(a)')).toEqual([]);
    expect(await changed('b.append(2)\nfor n in b: pass')).toEqual(['b', 'n']);
    expect(await changed('a = "x"\ndel n\n1/0')).toEqual(['a']);
  });

  it('sets variables from JSON, deep and large ones too', async () => {
    await using kernel = await startKernel(kernels);
    const deep = JSON.parse(`${'['.repeat(500)}1${']'.repeat(500)}`);
    await kernel.kernel.set({ deep, big: 'é'.repeat(2_000_000), none: null, path: 'caf\udce9' });
    const result = await kernel.run(
      'n = 0\nwhile isinstance(deep, list): deep = deep[0]; n += 1\nn, len(big), none, path',
    );
    expect(result.output).toBe("(500, 2000000, None, 'caf\\udce9')\n");
    await expect(kernel.kernel.set({ context: 1 })).rejects.toThrow('context is reserved');
  });

  it('helps, without a pager', async () => {
    await using kernel = await startKernel(kernels);
    expect((await kernel.run('help(grep)')).output).toMatch(
      /grep\(\s*pattern[\s\S]*max_count[\s\S]*regular expression/,
    );
    expect((await kernel.run('help()')).output).toContain('llm_query_batched');
    expect((await kernel.run('help(context)')).status).toBe('ok');
    expect((await kernel.run('help("topics")')).status).toBe('ok');
    const documented = await kernel.run(
      '[f for f in "grep count files tree read search chunks git_log git_blame git_show git_diff cite llm_query llm_query_batched FINAL FINAL_VAR SHOW_VARS".split() if not eval(f).__doc__]',
    );
    expect(documented.output).toBe('[]\n');
  });

  it('cites', async () => {
    await using kernel = await startKernel(kernels);
    expect(
      (await kernel.run('cite("a.py", 3), cite("a.py", 3, 5), cite("a b.py", 4, 4)')).output,
    ).toBe("('a.py:3', 'a.py:3-5', '`a b.py:4`')\n");
    expect((await kernel.run('cite("a.py", 5, 3)')).error?.name).toBe('ValueError');
    expect((await kernel.run('cite("a.py")')).error?.name).toBe('ValueError');
  });
});
