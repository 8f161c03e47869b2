import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { calm, grepLines, pathsOf, query, workspaceFolder } from '../workspaceFolder';

describe('what a repository shows', () => {
  it('is what .gitignore and .ignore leave, without a Git repository too, hidden files included', async () => {
    await using folder = await workspaceFolder({
      '.gitignore': 'out/\n*.tmp\n!keep.tmp\n',
      '.ignore': 'vendor\n',
      '.github/ci.yml': 'x',
      'a.tmp': 'x',
      'keep.tmp': 'x',
      'out/a.js': 'x',
      'sub/.gitignore': 'local.ts\n',
      'sub/local.ts': 'x',
      'sub/other.ts': 'x',
      'vendor/v.js': 'x',
    });
    expect(await pathsOf(await folder.open())).toEqual([
      '.github/ci.yml',
      '.gitignore',
      '.ignore',
      'keep.tmp',
      'sub/.gitignore',
      'sub/other.ts',
    ]);
  });

  it('never includes the data of version control', async () => {
    await using folder = await workspaceFolder({
      '.git/config': 'needle',
      'sub/.git': 'gitdir: elsewhere',
      '.hg/store': 'needle',
      '.gitattributes': 'needle',
    });
    const repository = await folder.open();
    expect(await pathsOf(repository)).toEqual(['.gitattributes']);
    await expect(repository.read('.git/config', 1, null, calm)).rejects.toMatchObject({
      kind: 'excluded',
      message: expect.stringContaining('version control'),
    });
  });

  it.each([
    '.GIT/config',
    '.git./config',
    '.git /config',
    '.g\u200cit/config',
    '.git::$INDEX_ALLOCATION/config',
    'sub/.\uff47it/config',
    '.Hg/hgrc',
  ])('takes %j for the data of version control, as some disks do', async (name) => {
    await using folder = await workspaceFolder({ [name]: 'needle', 'a.ts': 'needle' });
    const repository = await folder.open();
    expect(await pathsOf(repository)).toEqual(['a.ts']);
    expect(await grepLines(repository, 'needle')).toEqual(['a.ts:1:1:needle']);
    await expect(repository.read(name, 1, null, calm)).rejects.toMatchObject({ kind: 'excluded' });
  });

  it("honours the user's globs as VS Code reads them", async () => {
    await using folder = await workspaceFolder({
      'build/a.js': 'needle',
      'src/build/b.js': 'needle',
      'src/c.min.js': 'needle',
      'src/d.js': 'needle',
      'third/e.js': 'needle',
      'app/(g)/f.js': 'needle',
    });
    const repository = await folder.open({
      exclude: ['build', '**/*.min.js', 'third/**', 'app/(g)'],
    });
    expect(await pathsOf(repository)).toEqual(['src/build/b.js', 'src/d.js']);
    expect([...(await repository.count(query('needle'), calm)).keys()]).toEqual([
      'src/build/b.js',
      'src/d.js',
    ]);
    await expect(repository.read('build/a.js', 1, null, calm)).rejects.toMatchObject({
      kind: 'excluded',
      message: expect.stringContaining('the user\'s setting "build"'),
    });
  });

  it("says which of the user's globs can't be used", async () => {
    await using folder = await workspaceFolder({ 'a.js': 'x' });
    const repository = await folder.open({ exclude: ['**/ok', '**/[a'] });
    await expect(repository.files(null, calm)).rejects.toMatchObject({
      kind: 'bad-argument',
      message: expect.stringContaining('The glob "**/[a" can\'t be used: unclosed character class'),
    });
  });

  it('honours the .gitignore of the Git repository around the folder, but no other', async () => {
    await using folder = await workspaceFolder({
      'plain/.gitignore': '*.ts\n',
      'plain/sub/a.ts': 'x',
      'git/.gitignore': '*.ts\n',
      'git/sub/a.ts': 'x',
      'git/sub/b.js': 'x',
    });
    await mkdir(join(folder.path, 'git', '.git'));
    const open = (name: string) => openRepository([join(folder.path, name)], { ripgrep: rgPath });
    expect(await pathsOf(await open('plain/sub'))).toEqual(['a.ts']);
    expect(await pathsOf(await open('git/sub'))).toEqual(['b.js']);
  });

  it('says that an ignored file is excluded, and a missing one not found', async () => {
    await using folder = await workspaceFolder({
      '.gitignore': 'out/\n*.tmp\n',
      'a.tmp': 'x',
      'out/deep/b.js': 'x',
      'src/index.ts': 'x',
    });
    const repository = await folder.open();
    for (const path of ['a.tmp', 'out/deep/b.js']) {
      await expect(repository.read(path, 1, null, calm)).rejects.toMatchObject({
        kind: 'excluded',
        message: `"${path}" is excluded by an ignore file (.gitignore, .ignore).`,
      });
    }
    await expect(repository.grep(query('x', { path: 'out/deep' }), calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
    await expect(repository.read('src/indx.ts', 1, null, calm)).rejects.toMatchObject({
      kind: 'not-found',
      message: 'There is no "src/indx.ts" in the repository. Did you mean "src/index.ts"?',
    });
    await expect(repository.read('lib/index.ts', 1, null, calm)).rejects.toThrow('"src/index.ts"');
    await expect(repository.read('zzz', 1, null, calm)).rejects.toThrow(
      'files() lists what is there',
    );
  });

  it('ends at the folder', async () => {
    await using folder = await workspaceFolder({ 'in/a.ts': 'needle\n', 'outside.ts': 'needle\n' });
    const top = join(folder.path, 'in');
    await symlink('../outside.ts', join(top, 'link.ts'));
    await symlink('..', join(top, 'up'));
    await symlink('a.ts', join(top, 'alias.ts'));
    await symlink('loop', join(top, 'loop'));
    const repository = await openRepository([top], { ripgrep: rgPath });
    expect(await pathsOf(repository)).toEqual(['a.ts']);
    expect(await grepLines(repository, 'needle')).toEqual(['a.ts:1:1:needle']);
    for (const path of [
      'link.ts',
      'up/outside.ts',
      '../outside.ts',
      'x/../../outside.ts',
      '/etc/hosts',
    ]) {
      await expect(repository.read(path, 1, null, calm)).rejects.toMatchObject({ kind: 'outside' });
    }
    await expect(repository.grep(query('x', { path: 'up' }), calm)).rejects.toMatchObject({
      kind: 'outside',
    });
    await expect(repository.read(join(top, 'a.ts'), 1, null, calm)).rejects.toThrow('Use "a.ts"');
    expect(await repository.read('alias.ts', 1, null, calm)).toMatchObject({
      path: 'a.ts',
      text: 'needle\n',
    });
    await expect(repository.read('loop', 1, null, calm)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('lists files over the size limit, but does not search or read them', async () => {
    await using folder = await workspaceFolder({
      'big.txt': `needle\n${'x'.repeat(200)}`,
      'small.txt': 'needle',
    });
    const repository = await folder.open({ maxFileSize: 100 });
    expect(await pathsOf(repository)).toEqual(['big.txt', 'small.txt']);
    expect(await grepLines(repository, 'needle')).toEqual(['small.txt:1:1:needle']);
    expect(await repository.count(query('needle'), calm)).toEqual(new Map([['small.txt', 1]]));
    expect((await repository.chunks({ glob: '*' }, 1000, calm))[0]?.pieces).toHaveLength(1);
    const refused = { kind: 'too-large' };
    await expect(repository.read('big.txt', 1, 1, calm)).rejects.toMatchObject(refused);
    await expect(repository.grep(query('needle', { path: 'big.txt' }), calm)).rejects.toMatchObject(
      refused,
    );
  });
});
