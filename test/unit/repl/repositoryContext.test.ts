import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { HostCall } from '../../../src/repl/hostCall';
import { HostCallError } from '../../../src/repl/hostCall';
import type { KernelFactory } from '../../../src/repl/kernel';
import { hostMethods } from '../../../src/rlm/host/hostMethods';
import { contractKernels, type Handler, startKernel } from './kernelHarness';

const texts: Readonly<Record<string, string>> = {
  'README.md': '# Demo\n\nText\n',
  'src/a.py': 'import os\n\ndef main():\n    pass\n',
  'caf\udce9.txt': 'x\n',
};

const readArguments = z.object({
  path: z.string(),
  start: z.number(),
  end: z.number().nullable(),
});
const chunksArguments = z.object({ paths: z.array(z.string()).nullable() });

/** Answers from `texts`, after a check of the arguments against the contract. */
function repository(calls: HostCall[] = []): Handler {
  return async (call) => {
    calls.push(call);
    const { method, args } = call;
    hostMethods.get(method)?.args.parse(args);
    const json = (body: unknown): string => JSON.stringify(body);
    switch (method) {
      case 'files':
        return {
          body: json([
            ...Object.entries(texts).map(([path, text]) => [path, text.length, 'Text']),
            ['logo.png', 99, ''],
          ]),
        };
      case 'read': {
        const { path, start, end } = readArguments.parse(args);
        if (path === 'logo.png') throw new HostCallError('ValueError', 'logo.png is binary');
        if (path === '.env') throw new HostCallError('PermissionError', '.env is excluded');
        const text = texts[path];
        if (text === undefined) {
          throw new HostCallError('FileNotFoundError', `no ${path}; nearest: README.md`);
        }
        const lines = text.split(/(?<=\n)/);
        const value = { path, start, end, totalLines: lines.length };
        return { value, body: lines.slice(start - 1, end ?? undefined).join('') };
      }
      case 'grep':
        return {
          value: { total: 7, truncated: true },
          body: json([
            ['src/a.py', 2, 0, ''],
            ['src/a.py', 3, 5, 'def main():'],
            ['caf\udce9.txt', 1, 1, 'x'],
          ]),
        };
      case 'count':
        return { body: json({ 'src/a.py': 2 }) };
      case 'tree':
      case 'git_blame':
      case 'git_show':
      case 'git_diff':
        return { body: `${method}\nline\n` };
      case 'search':
        return { body: json([['src/a.py', 1.5, { main: 2 }]]) };
      case 'chunks': {
        const { paths } = chunksArguments.parse(args);
        if (paths?.[0] === 'src') throw new HostCallError('FileNotFoundError', 'no file src');
        return {
          body: json([
            [
              20,
              [
                ['README.md', 1, 3],
                ['src/a.py', 3, 4],
              ],
            ],
          ]),
        };
      }
      case 'git_log':
        return { body: json([['0123456789abcdef', 'Ann', '2024-05-06T07:08:09Z', 'Begin']]) };
      default:
        throw new Error(`unexpected ${method}`);
    }
  };
}

describe.each(contractKernels)('a repository as the context of a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it('is a lazy mapping from path to text', async () => {
    const calls: HostCall[] = [];
    await using kernel = await startKernel(kernels, { handle: repository(calls) });
    expect((await kernel.run('context')).output).toContain("<repository 'demo'");
    expect(calls).toHaveLength(0);
    expect((await kernel.run('context["README.md"]')).output).toBe(
      '=== README.md:1-3 ===\n1\t# Demo\n2\t\n3\tText\n',
    );
    expect((await kernel.run('len(context), "src/a.py" in context, "no" in context')).output).toBe(
      '(4, True, False)\n',
    );
    expect((await kernel.run('list(context), sorted(context.keys())[0]')).output).toContain(
      'caf\\udce9.txt',
    );
    expect((await kernel.run('[(p, len(t)) for p, t in context.items()]')).output).toBe(
      "[('README.md', 13), ('src/a.py', 32), ('caf\\udce9.txt', 2)]\n",
    );
    expect((await kernel.run('context.get("no", "default")')).output).toBe("'default'\n");
    expect(
      (
        await kernel.run(
          'isinstance(context, __import__("collections").abc.Mapping), bool(context)',
        )
      ).output,
    ).toBe('(True, True)\n');
    expect((await kernel.run('context[:100]')).error?.message).toContain('context[path]');
    expect((await kernel.run('context["x"] = 1')).error?.name).toBe('TypeError');
  });

  it('raises what is wrong with a path', async () => {
    await using kernel = await startKernel(kernels, { handle: repository() });
    const missing = await kernel.run(
      'try:\n    context["no"]\nexcept KeyError as e:\n    print(e)',
    );
    expect(missing.output).toBe('no no; nearest: README.md\n');
    expect(
      (await kernel.run('try: read("no")\nexcept FileNotFoundError: print("caught")')).output,
    ).toBe('caught\n');
    expect((await kernel.run('read(".env")')).error).toEqual({
      name: 'PermissionError',
      message: '.env is excluded',
    });
    expect((await kernel.run('read(3)')).error?.message).toContain('A path must be a string');
  });

  it('greps', async () => {
    const calls: HostCall[] = [];
    await using kernel = await startKernel(kernels, { handle: repository(calls) });
    const result = await kernel.run('m = grep("main", glob=["*.py", "*.txt"], before=1)\nm');
    expect(calls.at(-1)?.args).toEqual({
      pattern: 'main',
      glob: '{*.py,*.txt}',
      path: null,
      ignoreCase: false,
      fixed: false,
      word: false,
      multiline: false,
      before: 1,
      after: 0,
      maxCount: 1000,
    });
    expect(result.output).toBe(
      'src/a.py-2- \nsrc/a.py:3: def main():\n--\ncaf\udce9.txt:1: x\n' +
        '[cut off: there are 7 matches or more; narrow the search or raise max_count]\n',
    );
    expect(
      (await kernel.run('m.total, m.truncated, m.paths(), len(m), m[1].line, m[1].column')).output,
    ).toBe("(7, True, ['src/a.py', 'caf\\udce9.txt'], 3, 3, 5)\n");
    expect((await kernel.run('by = m.by_file()\nby["src/a.py"].total, len(by)')).output).toBe(
      '(1, 2)\n',
    );
    expect((await kernel.run('m[1:2]')).output).toBe('src/a.py:3: def main():\n');
    expect((await kernel.run('path, line, column, text = m[1]\ncite(m[1])')).output).toBe(
      "'src/a.py:3'\n",
    );
    expect((await kernel.run('read(m[1])[:6], read(m[2].path)')).output).toBe(
      "('import', 'x\\n')\n",
    );
    await kernel.run('import re\ngrep(re.compile("x", re.I))');
    expect(calls.at(-1)?.args).toMatchObject({ ignoreCase: true });
    expect((await kernel.run('count("x")')).output).toBe("{'src/a.py': 2}\n");
    expect((await kernel.run('grep(3)')).error?.message).toContain('pattern must be a string');
  });

  it('lists, reads and ranks', async () => {
    await using kernel = await startKernel(kernels, { handle: repository() });
    expect((await kernel.run('files()[0]')).output).toBe(
      "File(path='README.md', size=13, language='Text')\n",
    );
    expect(
      (await kernel.run('f = files("*.md")[0]\nf"{f} {f.size}", context[f.path][:1]')).output,
    ).toBe("('README.md 13', '#')\n");
    expect((await kernel.run('read("src/a.py", 3, 3)')).output).toBe(
      '=== src/a.py:3-3 ===\n3\tdef main():\n',
    );
    expect((await kernel.run('tree()')).output).toBe('tree\nline\n\n');
    expect((await kernel.run('search("main")')).output).toBe('src/a.py (score 1.50: main 2)\n');
  });

  it('cuts chunks whose text is fetched when it is wanted', async () => {
    const calls: HostCall[] = [];
    await using kernel = await startKernel(kernels, { handle: repository(calls) });
    expect(
      (
        await kernel.run(
          'c = chunks("**/*", max_chars=500)[0]\nc.paths, c.chars, c.pieces[1].start, len(c)',
        )
      ).output,
    ).toBe("(['README.md', 'src/a.py'], 20, 3, 20)\n");
    expect(calls.map((call) => call.method)).toEqual(['chunks']);
    expect((await kernel.run('print(c)')).output).toBe(
      '=== README.md:1-3 ===\n1\t# Demo\n2\t\n3\tText\n=== src/a.py:3-4 ===\n3\tdef main():\n4\t    pass\n\n',
    );
    expect((await kernel.run('c')).output).toBe(
      '<Chunk of 20 characters: README.md:1-3, src/a.py:3-4>\n',
    );
    await kernel.run('chunks(grep("x"))');
    expect(calls.at(-1)?.args).toMatchObject({ paths: ['src/a.py', 'caf\udce9.txt'] });
    await kernel.run('chunks("src")');
    expect(calls.at(-1)?.args).toMatchObject({ glob: 'src/**' });
  });

  it('asks git', async () => {
    await using kernel = await startKernel(kernels, { handle: repository() });
    expect((await kernel.run('git_log()')).output).toBe('0123456789 2024-05-06 Ann: Begin\n');
    expect(
      (await kernel.run('git_blame("a", 1, 2) + git_show("HEAD") + git_diff("a")')).status,
    ).toBe('ok');
  });
});
