import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { calm, grepLines, query, workspaceFolder } from '../workspaceFolder';

describe('an unsaved editor', () => {
  it('stands for its file everywhere', async () => {
    await using folder = await workspaceFolder({ 'a.ts': 'old one\nold two\n', 'b.ts': 'old\n' });
    const texts = new Map([[join(folder.path, 'a.ts'), 'new\r\nnew newer\r\nlast é old']]);
    const repository = await folder.open({ unsaved: () => texts });
    expect(await repository.read('a.ts', 1, null, calm)).toMatchObject({
      text: 'new\nnew newer\nlast é old',
      totalLines: 3,
    });
    expect(await grepLines(repository, 'old')).toEqual(['a.ts:3:8:last é old', 'b.ts:1:1:old']);
    expect(await grepLines(repository, 'new$')).toEqual(['a.ts:1:1:new']);
    expect(await repository.count(query('old'), calm)).toEqual(
      new Map([
        ['a.ts', 1],
        ['b.ts', 1],
      ]),
    );
    expect((await repository.search('newer', 5, calm)).map(({ path }) => path)).toEqual(['a.ts']);
    expect((await repository.search('two', 5, calm)).map(({ path }) => path)).toEqual([]);
    const [chunk] = await repository.chunks({ glob: 'a.ts' }, 1000, calm);
    expect(chunk).toEqual({ pieces: [{ path: 'a.ts', start: 1, end: 3 }], chars: 24 });
    texts.clear();
    expect((await repository.read('a.ts', 1, 1, calm)).text).toBe('old one\n');
  });

  it('is hidden like its file, and found only within the scope', async () => {
    await using folder = await workspaceFolder({
      '.gitignore': 'out/\n',
      '.env': 'x',
      'out/a.ts': 'x',
      'src/b.ts': 'x',
      'lib/c.ts': 'x',
    });
    const names = ['.env', 'out/a.ts', 'src/b.ts', 'lib/c.ts', '../elsewhere.ts'];
    const texts = new Map(names.map((name) => [join(folder.path, name), 'needle']));
    const repository = await folder.open({ unsaved: () => texts });
    expect(await grepLines(repository, 'needle')).toEqual([
      'lib/c.ts:1:1:needle',
      'src/b.ts:1:1:needle',
    ]);
    expect(await grepLines(repository, 'needle', { glob: 'src/**' })).toEqual([
      'src/b.ts:1:1:needle',
    ]);
    expect(await grepLines(repository, 'needle', { path: 'lib' })).toEqual(['lib/c.ts:1:1:needle']);
    expect((await repository.grep(query('needle', { maxCount: 1 }), calm)).truncated).toBe(true);
    await expect(repository.grep(query('need('), calm)).rejects.toMatchObject({
      kind: 'bad-pattern',
    });
    expect(await grepLines(repository, '(?<=need)le', { path: 'lib' })).toEqual([
      'lib/c.ts:1:5:needle',
    ]);
  });

  it('is known by the path that the folder was opened with', async () => {
    await using folder = await workspaceFolder({ 'real/a.ts': 'x' });
    const link = join(folder.path, 'link');
    await symlink('real', link);
    const texts = new Map([[join(link, 'a.ts'), 'needle']]);
    const repository = await openRepository([link], { ripgrep: rgPath, unsaved: () => texts });
    expect(await grepLines(repository, 'needle')).toEqual(['a.ts:1:1:needle']);
  });
});
