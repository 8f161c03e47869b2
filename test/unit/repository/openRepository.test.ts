import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../src/repository/openRepository';
import { calm, grepLines, pathsOf, query, workspaceFolder } from './workspaceFolder';

const options = { ripgrep: rgPath };

describe('openRepository', () => {
  it('says what is wrong with a folder', async () => {
    await using folder = await workspaceFolder({ 'file.txt': 'x' });
    const open = (path: string) => openRepository([path], options);
    await expect(open(join(folder.path, 'none'))).rejects.toMatchObject({
      kind: 'bad-argument',
      message: expect.stringMatching(/^The folder .*none does not exist\.$/),
    });
    await expect(open(join(folder.path, 'file.txt'))).rejects.toMatchObject({
      kind: 'bad-argument',
      message: expect.stringContaining('is not a folder'),
    });
    await expect(open(join(folder.path, 'file.txt', 'x'))).rejects.toThrow('is not a folder');
    await expect(openRepository([], options)).rejects.toMatchObject({ kind: 'bad-argument' });
  });

  // Root may read everything.
  it.skipIf(process.getuid?.() === 0)('says that a folder is unreadable', async () => {
    await using folder = await workspaceFolder();
    const locked = join(folder.path, 'locked');
    await mkdir(locked);
    await chmod(locked, 0);
    await expect(openRepository([locked], options)).rejects.toThrow(
      /can't be read: permission denied/,
    );
  });

  it('opens a folder within a workspace, whose paths are those of the workspace', async () => {
    await using folder = await workspaceFolder({
      'src/app/main.ts': 'start()\n',
      'src/app/ui/view.ts': 'start()\n',
      'src/lib/main.ts': 'start()\n',
      'docs/guide.md': 'start()\n',
    });
    const within = ['src/app', 'docs'].map((name) => ({
      path: join(folder.path, name),
      prefix: `${name}/`,
    }));
    const repository = await openRepository(within, options);
    expect(await pathsOf(repository)).toEqual([
      'docs/guide.md',
      'src/app/main.ts',
      'src/app/ui/view.ts',
    ]);
    expect(await pathsOf(repository, 'src/app/*.ts')).toEqual(['src/app/main.ts']);
    expect(await pathsOf(repository, 'src/**')).toEqual(['src/app/main.ts', 'src/app/ui/view.ts']);
    expect(await pathsOf(repository, '*.md')).toEqual(['docs/guide.md']);
    const inApp = await repository.grep(query('start', { path: 'src/app/ui' }), calm);
    expect(inApp.matches.map(({ path }) => path)).toEqual(['src/app/ui/view.ts']);
    expect((await repository.read('src/app/main.ts', 1, 1, calm)).text).toBe('start()\n');
    await expect(repository.read('src/lib/main.ts', 1, 1, calm)).rejects.toThrow();
    expect(await repository.tree('src/app', 2, calm)).toBe(
      'src/app/ (2 files, 16 bytes)\n  ui/ (1 file, 8 bytes)\n    view.ts 8 bytes\n  main.ts 8 bytes',
    );
  });

  it('opens an empty folder', async () => {
    await using folder = await workspaceFolder();
    const repository = await folder.open();
    expect(await pathsOf(repository)).toEqual([]);
    expect(await repository.overview(calm)).toBe('');
    expect(await grepLines(repository, 'x')).toEqual([]);
    expect(await repository.search('x y', 5, calm)).toEqual([]);
    expect(await repository.chunks({ glob: '*' }, 1000, calm)).toEqual([]);
    await folder.write({ '.env': 'x' });
    expect(await pathsOf(repository)).toEqual([]);
    await folder.write({ a: '' });
    expect(await pathsOf(repository)).toEqual(['a']);
  });

  it('does without ripgrep until it is needed, and then says what to do', async () => {
    await using folder = await workspaceFolder({ a: 'x' });
    const repository = await folder.open({ ripgrep: join(folder.path, 'no-rg') });
    expect(await repository.overview(calm)).toBe('a');
    await expect(repository.grep(query('x'), calm)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/ripgrep can't be started .*npm ci/),
    });
    await expect(repository.files(null, calm)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('a repository of several folders', () => {
  it('starts paths with the name of the folder, made unique', async () => {
    await using folder = await workspaceFolder({
      'one/web/src/a.ts': 'needle 1\n',
      'two/web/src/b.ts': 'needle 2\n',
      'api/src/c.ts': 'needle 3\n',
      'api/.env': 'needle\n',
    });
    const folders = ['one/web', 'two/web', 'api', 'api'].map((name) => join(folder.path, name));
    const repository = await openRepository(folders, options);
    expect(repository.name).toBe('web, web-2, api');
    expect(repository.roots.map(({ prefix }) => prefix)).toEqual(['web/', 'web-2/', 'api/']);
    expect(await pathsOf(repository)).toEqual(['api/src/c.ts', 'web-2/src/b.ts', 'web/src/a.ts']);
    expect(await repository.overview(calm)).toBe('web/src/\nweb-2/src/\napi/src/');

    expect(await grepLines(repository, 'needle')).toEqual([
      'api/src/c.ts:1:1:needle 3',
      'web-2/src/b.ts:1:1:needle 2',
      'web/src/a.ts:1:1:needle 1',
    ]);
    expect(await grepLines(repository, 'needle', { path: 'web-2' })).toHaveLength(1);
    expect((await repository.grep(query('needle', { maxCount: 2 }), calm)).truncated).toBe(true);
    expect((await repository.read('web-2/src/b.ts', 1, null, calm)).text).toBe('needle 2\n');
    expect(await repository.tree('', 1, calm)).toContain('  web-2/ (1 file, 9 bytes)');

    expect(await pathsOf(repository, 'web/**')).toEqual(['web/src/a.ts']);
    expect(await pathsOf(repository, '**/web*/src/*.ts')).toEqual([
      'web-2/src/b.ts',
      'web/src/a.ts',
    ]);
    expect(await pathsOf(repository, 'b.ts')).toEqual(['web-2/src/b.ts']);
    expect(await pathsOf(repository, '{web,api}/src/*')).toEqual(['api/src/c.ts', 'web/src/a.ts']);
    expect(await pathsOf(repository, '{web/src,api/src}/*')).toEqual([
      'api/src/c.ts',
      'web/src/a.ts',
    ]);
    expect(await pathsOf(repository, '!web/**')).toEqual(['api/src/c.ts', 'web-2/src/b.ts']);

    await expect(repository.read('src/a.ts', 1, null, calm)).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('"web/src/a.ts"'),
    });
    await expect(repository.read('api/.env', 1, null, calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
  });

  it('hides in a folder what is to be hidden in that one alone', async () => {
    await using folder = await workspaceFolder({
      'api/dist/a.js': 'needle\n',
      'api/tmp/b.js': 'needle\n',
      'web/dist/c.js': 'needle\n',
      'web/tmp/d.js': 'needle\n',
    });
    const folders = [
      { path: join(folder.path, 'api'), exclude: ['dist'] },
      { path: join(folder.path, 'web'), prefix: 'the/web/' },
    ];
    const repository = await openRepository(folders, { ...options, exclude: ['**/tmp'] });
    expect(await pathsOf(repository)).toEqual(['the/web/dist/c.js']);
    expect(await grepLines(repository, 'needle')).toEqual(['the/web/dist/c.js:1:1:needle']);
    await expect(repository.read('api/dist/a.js', 1, null, calm)).rejects.toMatchObject({
      kind: 'excluded',
      message: expect.stringContaining('the user\'s setting "dist"'),
    });
  });
});
