import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageServers } from '../../../../src/repository/language/languageServers';
import { symbolColumn } from '../../../../src/repository/language/symbolColumn';
import { openRepository } from '../../../../src/repository/openRepository';
import type { Repository } from '../../../../src/repository/repository';
import {
  type FakeLanguageServers,
  fakeLanguageServers,
  knownFiles,
} from '../../../host/fakeLanguageServers';

const { signal } = new AbortController();
const hang = () => new Promise<never>(() => undefined);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fathom-queries-'));
  for (const [path, text] of Object.entries(knownFiles)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function queries(replaced: Partial<LanguageServers> = {}) {
  const servers: FakeLanguageServers = fakeLanguageServers(folder, replaced);
  const repository: Repository = await openRepository([folder], {
    ripgrep: rgPath,
    languageServers: servers,
  });
  if (!repository.language) throw new Error('There are language servers.');
  return { servers, language: repository.language };
}

describe('questions to language servers', () => {
  it('name the place of the symbol in UTF-16 units', async () => {
    const { servers, language } = await queries();
    await language.definition({ path: 'src/b.py', line: 1, symbol: 'level' }, signal);
    await language.references({ path: 'src/a.py', line: 6, symbol: 'b.level' }, signal);
    expect(servers.asked).toEqual(['definition src/b.py:1:7', 'references src/a.py:6:18']);
  });

  it('wake servers when no symbol is found, and say when there are none', async () => {
    const { servers, language } = await queries();
    expect((await language.symbols('Nothing', signal)).total).toBe(0);
    expect(servers.asked).toEqual([
      'symbols Nothing',
      expect.stringMatching(/^outline src\/[ab]\.py$/),
      expect.stringMatching(/^outline /),
      'symbols Nothing',
    ]);
    const none = await queries({ outline: async () => null });
    await expect(none.language.symbols('Nothing', signal)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'No language server answers for the files here. Use grep instead.',
    });
  });

  it('find no place, and say whether a server knows the file', async () => {
    const { language } = await queries({ definition: async () => [] });
    const at = { line: 2, symbol: 'level' };
    expect((await language.definition({ ...at, path: 'src/b.py' }, signal)).total).toBe(0);
    await expect(
      language.definition({ line: 1, symbol: 'level', path: 'notes.txt' }, signal),
    ).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('give so many places and no more, and say how many there are', async () => {
    const place = { file: join(folder, 'src/b.py'), line: 2, column: 5 };
    const { language } = await queries({
      references: async () => Array.from({ length: 1_500 }, () => place),
    });
    const at = { path: 'src/b.py', line: 2, symbol: 'level' };
    const { places, total } = await language.references(at, signal);
    expect([places.length, total]).toEqual([1_000, 1_500]);
  });

  it('name no hidden file when a server names many', async () => {
    const many = Array.from({ length: 20 }, (_, n) => `out${n}.py`);
    const { language } = await queries({
      diagnostics: async () =>
        [...many.map((name) => `build/${name}`), '.env', 'src/a.py'].map((path) => ({
          file: join(folder, path),
          line: 1,
          column: 1,
          severity: 'error' as const,
          message: 'x',
          source: '',
        })),
    });
    const { places, elsewhere } = await language.diagnostics(null, signal);
    expect(places.map(({ path }) => path)).toEqual(['src/a.py']);
    expect(elsewhere).toBe(21);
  });

  it('are given up when a server hangs, fails, or the run is stopped', async () => {
    const hanging = await queries({ outline: hang });
    const stop = new AbortController();
    const stopped = hanging.language.outline('src/a.py', stop.signal);
    stop.abort(new Error('Stopped'));
    await expect(stopped).rejects.toThrow('Stopped');
    const failing = await queries({ outline: () => Promise.reject(new Error('It crashed')) });
    await expect(failing.language.outline('src/a.py', signal)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The language server failed: It crashed. Use grep instead.',
    });
    const { inTime } = await import('../../../../src/repository/language/inTime');
    await expect(inTime('The language server', 20, signal, hang)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/did not answer within 0\.02 s; use grep/),
    });
  });
});

describe('the column of a symbol', () => {
  it.each([
    ['return b.level(), level', 'level', 10],
    ['levels = level', 'level', 10],
    ['return b.level()', 'b.level', 10],
    ['x: Tide', 'Tide.rise', null],
    ['self.rise()', 'Tide.rise', 6],
    ['a::b(c)', 'a::b', 4],
    ['const $x = 1', '$x', 7],
    ['x', ' ', null],
  ])('in %j of %j is %j', (line, symbol, column) => {
    if (column === null) expect(() => symbolColumn([line], 1, symbol)).toThrow('is not in line 1');
    else expect(symbolColumn([line], 1, symbol)).toBe(column);
  });
});
