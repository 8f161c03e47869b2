import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KernelFactory } from '../../../src/repl/kernel';
import { openRepository } from '../../../src/repository/openRepository';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { answerHostCall } from '../../host/answerHostCall';
import { fakeLanguageServers, knownFiles } from '../../host/fakeLanguageServers';
import { contractKernels, type Handler, startKernel } from './kernelHarness';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-language-'));
  for (const [path, text] of Object.entries(knownFiles)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Answers as a run does, with or without an editor's language servers. */
async function host(coverage: Coverage, inEditor = true): Promise<Handler> {
  const repository = await openRepository([folder], {
    ripgrep: rgPath,
    ...(inEditor ? { languageServers: fakeLanguageServers(folder) } : {}),
  });
  return (call, signal) =>
    answerHostCall(call, { kind: 'repository', repository }, coverage, signal);
}

describe.each(contractKernels)('language servers in a $name kernel', ({ factory }) => {
  let kernels: KernelFactory;
  beforeAll(async () => {
    kernels = await factory();
  });

  it('give typed results that print as places', async () => {
    const coverage = new Coverage();
    await using kernel = await startKernel(kernels, { handle: await host(coverage) });
    const output = async (code: string) => {
      const result = await kernel.run(code);
      expect(result.error).toBeNull();
      return result.output;
    };
    expect(await output('symbols("Tide")')).toBe(
      'src/a.py:4: class Tide\nsrc/a.py:5: method rise in Tide\n[1 more outside the context or in files that are hidden]\n',
    );
    expect(await output('print(outline("src/a.py")[1], outline("src/a.py")[1].end)')).toBe(
      'src/a.py:5: method rise in Tide 6\n',
    );
    expect(await output('definition("src/a.py", 6, "level")')).toBe('src/b.py:2: def level():\n');
    expect(await output('found = references("src/b.py", 2, "level")\nfound')).toBe(
      'src/b.py:2: def level():\nsrc/a.py:6:         return b.level()\n[3 more outside the context or in files that are hidden]\n',
    );
    expect(
      await output(
        'print(found.total, found.truncated, found.elsewhere, found.paths(), list(found.by_file()), cite(found[1]))',
      ),
    ).toBe("2 False 3 ['src/b.py', 'src/a.py'] ['src/b.py', 'src/a.py'] src/a.py:6\n");
    expect(await output('callers("src/b.py", 2, "level")')).toBe(
      'src/a.py:6: return b.level() [in rise]\n',
    );
    expect(await output('context.diagnostics()')).toMatch(
      /^src\/a\.py:1: error: No such module \[py 12\]\n\[1 more/,
    );
    expect(await output('diagnostics("src/b.py")')).toBe('nothing found\n');
    expect(coverage.counts(7)).toMatchObject({ filesMatched: 2 });
  });

  it('raise what is wrong', async () => {
    await using kernel = await startKernel(kernels, { handle: await host(new Coverage()) });
    for (const [code, name, message] of [
      ['outline("notes.txt")', 'NotAvailable', 'No language server answers for "notes.txt"'],
      ['callers("src/a.py", 4, "Tide")', 'NotAvailable', 'try references()'],
      ['diagnostics("notes.txt")', 'NotAvailable', 'may not have looked'],
      ['outline(".env")', 'PermissionError', 'excluded by the secret-file policy'],
      ['outline("src/c.py")', 'FileNotFoundError', 'Did you mean'],
      ['definition("src/a.py", 5, "level")', 'ValueError', 'not in line 5, but in line 6'],
      ['definition("src/a.py", 99, "level")', 'ValueError', 'the file has 6'],
      ['definition("src/a.py", "5", "level")', 'TypeError', 'line must be a whole number'],
      ['symbols(3)', 'TypeError', 'query must be a string'],
    ] as const) {
      const { error } = await kernel.run(code);
      expect({ code, name: error?.name, message: error?.message }).toEqual({
        code,
        name: expect.stringContaining(name === 'FileNotFoundError' ? 'NoSuchFile' : name),
        message: expect.stringContaining(message),
      });
    }
  });

  it('are not there outside an editor, and say so', async () => {
    await using kernel = await startKernel(kernels, { handle: await host(new Coverage(), false) });
    for (const call of [
      'symbols("x")',
      'outline("a")',
      'definition("a", 1, "x")',
      'references("a", 1, "x")',
      'callers("a", 1, "x")',
      'diagnostics()',
    ]) {
      const { error } = await kernel.run(call);
      expect(error?.name).toBe('NotAvailable');
      expect(error?.message).toContain('only in an editor');
    }
  });
});
