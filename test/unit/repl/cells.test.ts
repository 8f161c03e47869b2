import { beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { contractKernels, startKernel } from './kernelHarness';

describe.each(contractKernels)('cells in a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it('echoes a bare last expression as a notebook does', async () => {
    await using kernel = await startKernel(kernels);
    expect((await kernel.run('1 + 1')).output).toBe('2\n');
    expect((await kernel.run('_ * 21')).output).toBe('42\n');
    expect((await kernel.run('None')).output).toBe('');
    expect((await kernel.run('3;')).output).toBe('');
    expect((await kernel.run('x = 3')).output).toBe('');
    expect((await kernel.run('"a\\nb"')).output).toBe("'a\\nb'\n");
    expect((await kernel.run('print(1)\nx + 1  # last')).output).toBe('1\n4\n');
    expect((await kernel.run('')).output).toBe('');
    expect((await kernel.run('# only a comment')).status).toBe('ok');
  });

  it('shows long containers an item per line and cuts huge ones without rendering them', async () => {
    await using kernel = await startKernel(kernels);
    expect((await kernel.run('["word" * 20] * 3')).output).toBe(
      `[\n${Array(3)
        .fill(`  '${'word'.repeat(20)}'`)
        .join(',\n')}\n]\n`,
    );
    const huge = await kernel.run('list(range(3_000_000))');
    expect(huge.output).toContain('more of 3,000,000');
    expect(huge.outputLength).toBeLessThan(60_000);
    const text = await kernel.run('"x" * 50_000_000');
    expect(text.output).toContain('of 50,000,000 characters left out');
    expect((await kernel.run('a = [1]\na.append(a)\na')).output).toBe('[1, ...]\n');
    expect((await kernel.run('{"a": (1,), "b": set(), "c": frozenset({1})}')).output).toBe(
      "{'a': (1,), 'b': set(), 'c': frozenset({1})}\n",
    );
  });

  it('runs classes, dataclasses, decorators, comprehensions and recursion', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(`
from dataclasses import dataclass
import pickle, typing

@dataclass
class Point:
    x: int
    y: "int" = 2

class Named(Point):
    def __repr__(self):
        return f"{type(self).__module__}.{type(self).__name__}({self.x})"

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

assert pickle.loads(pickle.dumps(Point(1))) == Point(1)
assert typing.get_type_hints(Point)["y"] is int
[Named(fib(n)) for n in range(8)][-1]`);
    expect(result.output).toBe('__main__.Named(13)\n');
  });

  it('keeps the variables that were assigned before an exception', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run('before = [1, 2]\n1 / 0\nafter = 3');
    expect(result.status).toBe('error');
    expect(result.error).toEqual({ name: 'ZeroDivisionError', message: 'division by zero' });
    expect(result.variables).toEqual([{ name: 'before', type: 'list', length: 2 }]);
    expect((await kernel.run('before')).output).toBe('[1, 2]\n');
  });

  it('limits tracebacks to the code of cells, with its lines', async () => {
    await using kernel = await startKernel(kernels);
    await kernel.run('import json\ndef load(text):\n    return json.loads(text)');
    const { output } = await kernel.run(
      'try:\n    load("{")\nexcept ValueError as e:\n    raise KeyError("k") from e',
    );
    expect(output).toContain('File "<cell 1>", line 3, in load\n    return json.loads(text)');
    expect(output).toContain('File "<cell 2>", line 2, in <module>\n    load("{")');
    expect(output).toContain('JSONDecodeError: Expecting property name');
    expect(output).toMatch(/KeyError: 'k'\n$/);
    expect(output).not.toMatch(/decoder\.py|fathom|session|runpy/);
  });

  it('shortens the traceback of an endless recursion', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run('def f(): return f()\nf()');
    expect(result.error?.name).toBe('RecursionError');
    expect(result.outputLength).toBeLessThan(2000);
  });

  it('reports a syntax error with line and caret, and runs nothing', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run('print("ran")\nx = (1,\ny = 2');
    expect(result.status).toBe('error');
    expect(result.error?.name).toBe('SyntaxError');
    expect(result.output).toMatch(/File "<cell 1>", line \d\n.*\n +\^/);
    expect(result.output).not.toContain('ran\n');
    expect(result.output).not.toContain('Traceback');
    expect((await kernel.run('return 1')).error?.message).toContain("'return' outside function");
    expect((await kernel.run('a\0b')).status).toBe('error');
  });

  it('keeps quiet about warnings', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run(
      'import re\nre.compile("\\d")\nif 1 is 1: pass\nimport asyncore',
    );
    expect(result.output).not.toContain('Warning');
  });

  it('finds the first candidate that compiles', async () => {
    await using kernel = await startKernel(kernels);
    const cut = 'text = """\n```\n';
    expect(await kernel.kernel.check(['x = 1', 'x = 2'])).toEqual({ ok: true, index: 0 });
    expect(await kernel.kernel.check([cut, `${cut}"""`])).toEqual({ ok: true, index: 1 });
    expect(await kernel.kernel.check(['await f()'])).toEqual({ ok: true, index: 0 });
    const none = await kernel.kernel.check(['x = ]', 'def']);
    expect(none.ok).toBe(false);
    expect(none.ok ? '' : none.message).toMatch(/line 1\n +x = \]\n +\^\nSyntaxError: /);
    expect(await kernel.kernel.check(['return 1', 'ok = "\u{1F600}é"'])).toEqual({
      ok: true,
      index: 1,
    });
    expect((await kernel.kernel.check([`${'('.repeat(100_000)}`])).ok).toBe(false);
    expect((await kernel.run('1')).output).toBe('1\n');
  });

  it('awaits at top level, on one event loop for all cells', async () => {
    await using kernel = await startKernel(kernels);
    await kernel.run(`
import asyncio
async def later(value):
    await asyncio.sleep(0.001)
    return value
first = await later(1)
task = asyncio.ensure_future(later(5))`);
    const result = await kernel.run('await task + first + await later(2)');
    expect(result.output).toBe('8\n');
    const asynchronous = await kernel.run(
      'async def numbers():\n    for i in range(3): yield i\n[i async for i in numbers()]',
    );
    expect(asynchronous.output).toBe('[0, 1, 2]\n');
    expect((await kernel.run('asyncio.run(later(9))')).output).toBe('9\n');
    expect((await kernel.run('await later(4)')).output).toBe('4\n');
    const failed = await kernel.run(
      'import asyncio\nx = 7\nawait asyncio.wait_for(asyncio.sleep(9), 0.01)',
    );
    expect(failed.error?.name).toMatch(/TimeoutError/);
    expect((await kernel.run('x')).output).toBe('7\n');
  });

  it('ends the cell, not the kernel, at sys.exit', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run('import sys\nx = 1\nsys.exit("enough")\nx = 2');
    expect(result.status).toBe('ok');
    expect(result.error).toBeNull();
    expect(result.output).toBe('[the cell ended itself: sys.exit(enough)]\n');
    expect((await kernel.run('exit()')).status).toBe('ok');
    expect((await kernel.run('x')).output).toBe('1\n');
  });

  it('survives exceptions that are hard to show', async () => {
    await using kernel = await startKernel(kernels);
    const unprintable = await kernel.run(
      'class Bad(Exception):\n    def __str__(self): raise RuntimeError("no")\nraise Bad()',
    );
    expect(unprintable.status).toBe('error');
    expect(unprintable.error?.name).toBe('Bad');
    expect((await kernel.run('raise BaseException("odd")')).error?.message).toBe('odd');
    expect((await kernel.run('raise GeneratorExit')).status).toBe('error');
    expect((await kernel.run('raise KeyboardInterrupt')).status).toBe('error');
    const repr = await kernel.run('class R:\n    def __repr__(self): return 1 / 0\nR()');
    expect(repr.error?.name).toBe('ZeroDivisionError');
    expect((await kernel.run('2')).output).toBe('2\n');
  });

  it('says why input() is not possible', async () => {
    await using kernel = await startKernel(kernels);
    const result = await kernel.run('input("name? ")');
    expect(result.error?.message).toContain('nobody sits at this Python');
    expect((await kernel.run('import sys\nsys.stdin.read()')).output).toBe("''\n");
  });

  it('lets inspect see the source of what cells define', async () => {
    await using kernel = await startKernel(kernels);
    await kernel.run('def twice(x):\n    return 2 * x');
    await kernel.run('import inspect');
    const result = await kernel.run('print(inspect.getsource(twice))');
    expect(result.output).toBe('def twice(x):\n    return 2 * x\n\n');
  });
});
