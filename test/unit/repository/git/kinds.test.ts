import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { calm, type WorkspaceFolder, workspaceFolder } from '../workspaceFolder';
import { commit, git } from './gitFixture';

const poem = Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join('');

/** Makes a repository with a rename, a merge, tags, and a file that is changed in the work tree. */
async function makeHistory(folder: WorkspaceFolder, top: string, ...init: string[]): Promise<void> {
  await git(folder.path, 'init', '--quiet', '--initial-branch=main', ...init, top);
  const write = (name: string, text: string) => folder.write({ [`${top}/${name}`]: text });
  const path = join(folder.path, top);
  await write('poem.txt', poem);
  await write('sub/b.txt', 'b\n');
  await commit(path, 'First');
  await git(path, 'tag', 'v1');
  await git(path, 'mv', 'poem.txt', 'verse.txt');
  await write('verse.txt', poem.replace('line 3', 'third line'));
  await commit(path, 'Second: rename');
  await git(path, 'checkout', '--quiet', '-b', 'side');
  await write('sub/c.txt', 'c\n');
  await commit(path, 'Third: beside');
  await git(path, 'checkout', '--quiet', 'main');
  await write('sub/b.txt', 'b\nb2\n');
  await commit(path, 'Fourth');
  await git(path, 'merge', '--quiet', '--no-edit', 'side');
  await git(path, 'tag', '--annotate', '--message', 'Release', 'v2');
}

/** The output of a program as it was, which `git` gives without the line end. */
function endLine(text: string): string {
  return text === '' ? '' : `${text}\n`;
}

async function changeWorkTree(path: string): Promise<void> {
  await writeFile(join(path, 'verse.txt'), poem.replace('line 9', 'ninth'));
  await rm(join(path, 'sub', 'c.txt'));
  await writeFile(join(path, 'new.txt'), 'new\n');
  await git(path, 'add', 'new.txt');
}

describe.skipIf(process.platform === 'win32')('Git says the same as Git itself', () => {
  let folder: WorkspaceFolder;

  beforeAll(async () => {
    folder = await workspaceFolder();
    await makeHistory(folder, 'ordinary');
    const ordinary = join(folder.path, 'ordinary');
    await makeHistory(folder, 'sha256', '--object-format=sha256');
    await git(ordinary, 'worktree', 'add', '--quiet', '--detach', '../linked');
    const url = `file://${ordinary}`;
    await git(folder.path, 'clone', '--quiet', '--depth=2', '--branch=main', url, 'shallow');
    await git(folder.path, 'clone', '--quiet', url, 'packed');
    await git(join(folder.path, 'packed'), 'gc', '--quiet');
    await git(join(folder.path, 'packed'), 'pack-refs', '--all');
    await git(folder.path, 'init', '--quiet', '--initial-branch=main', 'around');
    const around = join(folder.path, 'around');
    const allow = ['-c', 'protocol.file.allow=always'];
    await git(around, ...allow, 'submodule', '--quiet', 'add', ordinary, 'modules/inner');
    await commit(around, 'With a submodule');
    await makeHistory(folder, 'large/files');
    await git(join(folder.path, 'large/files'), 'checkout', '--quiet', '--detach');
  }, 120_000);

  afterAll(() => folder[Symbol.asyncDispose]());

  it.each([
    'ordinary',
    'sha256',
    'linked',
    'shallow',
    'packed',
    'around/modules/inner',
    'large/files',
  ])('of the repository %s', async (name) => {
    const path = join(folder.path, name);
    await changeWorkTree(path);
    const repository = await openRepository([path], { ripgrep: rgPath });
    const plain = async (...args: readonly string[]) => endLine(await git(path, ...args));

    const log = await repository.gitLog(null, 20, calm);
    const expected = await plain('log', '--format=%H %s');
    expect(log.map(({ hash, subject }) => `${hash} ${subject}\n`).join('')).toBe(expected);
    const followed = await repository.gitLog('verse.txt', 20, calm);
    expect(followed.map(({ subject }) => `${subject}\n`).join('')).toBe(
      await plain('log', '--follow', '--format=%s', '--', 'verse.txt'),
    );
    for (const file of ['verse.txt', 'sub/b.txt', 'new.txt']) {
      expect(await repository.gitBlame(file, 1, 1, calm)).toMatch(/ 1\) /);
      expect(await repository.gitBlame(file, 40, 40, calm).catch(String)).toContain('has only');
      const lines = file === 'verse.txt' ? '1,30' : '1,1';
      const [from = 1, to = 1] = lines.split(',').map(Number);
      const blame = (text: string) => text.replace(/^0+/gm, '0').replace(/ +/g, ' ');
      expect(blame(await repository.gitBlame(file, from, to, calm))).toBe(
        blame(await plain('blame', '--date=short', `-L${lines}`, '--', file)),
      );
    }
    const fuller = ['--format=fuller', '--date=iso', '--patch', '--find-renames'];
    for (const revision of ['HEAD', 'HEAD~1', 'HEAD^2']) {
      expect(await repository.gitShow(revision, null, calm)).toBe(
        await plain('show', ...fuller, revision),
      );
    }
    expect(await repository.gitShow('HEAD', 'sub', calm)).toBe('b.txt\nc.txt\n');
    expect(await repository.gitDiff('HEAD', null, null, calm)).toBe(await plain('diff', 'HEAD'));
    expect(await repository.gitDiff('HEAD~1', null, null, calm)).toBe(
      await plain('diff', 'HEAD~1'),
    );
    expect(await repository.gitDiff('HEAD~1', null, 'sub', calm)).toBe(
      await plain('diff', 'HEAD~1', '--', 'sub'),
    );
    expect(await repository.gitDiff('HEAD~1', 'HEAD', null, calm)).toBe(
      await plain('diff', 'HEAD~1', 'HEAD'),
    );
    expect(await repository.gitDiff('HEAD~1..HEAD', null, null, calm)).toBe(
      await plain('diff', 'HEAD~1', 'HEAD'),
    );
    const tags = (await repository.gitRevisions(calm)).filter(({ kind }) => kind === 'tag');
    expect(
      tags
        .map((tag) => tag.name)
        .sort()
        .join('\n'),
    ).toBe(await git(path, 'tag'));

    // A folder of it as the root.
    const inside = await openRepository([join(path, 'sub')], { ripgrep: rgPath });
    expect(await inside.gitDiff('HEAD', null, null, calm)).toBe(
      await plain('diff', '--relative=sub', 'HEAD'),
    );
    expect(await inside.gitDiff('HEAD~1', 'HEAD', null, calm)).toBe(
      await plain('diff', '--relative=sub', 'HEAD~1', 'HEAD'),
    );
    expect((await inside.gitLog(null, 9, calm)).map(({ subject }) => `${subject}\n`).join('')).toBe(
      await plain('log', '--format=%s', '--', 'sub'),
    );
  });

  it('compares from where two branches parted', async () => {
    const path = join(folder.path, 'packed');
    const repository = await openRepository([path], { ripgrep: rgPath });
    const [a, b] = ['HEAD^1', 'HEAD^2'];
    expect(await repository.gitDiff(`${a}...${b}`, null, null, calm)).toBe(
      `${await git(path, 'diff', `${a}...${b}`)}\n`,
    );
  });

  it('sees in a submodule which commit is checked out', async () => {
    const path = join(folder.path, 'around');
    await git(join(path, 'modules/inner'), 'checkout', '--quiet', '--force', '--detach', 'HEAD~1');
    const repository = await openRepository([path], { ripgrep: rgPath });
    const said = await repository.gitDiff('HEAD', null, null, calm);
    expect(said).toMatch(/^-Subproject commit [0-9a-f]{40}\n\+Subproject commit [0-9a-f]{40}$/m);
    expect(said).toBe(`${await git(path, 'diff', '--ignore-submodules=dirty', 'HEAD')}\n`);
  });

  it('sees new commits, branches and packs as they come', async () => {
    await makeHistory(folder, 'changing');
    const path = join(folder.path, 'changing');
    const repository = await openRepository([path], { ripgrep: rgPath });
    const newest = async () => (await repository.gitLog(null, 1, calm))[0]?.subject;
    expect(await newest()).toMatch(/^Merge/);
    await writeFile(join(path, 'more.txt'), 'more\n');
    await commit(path, 'Fifth');
    expect(await newest()).toBe('Fifth');
    await git(path, 'gc', '--quiet', '--prune=now');
    expect(await newest()).toBe('Fifth');
    await writeFile(join(path, 'more.txt'), 'and more\n');
    await commit(path, 'Sixth');
    await git(path, 'repack', '-a', '-d', '--quiet');
    await git(path, 'branch', 'late', 'HEAD~1');
    expect(await newest()).toBe('Sixth');
    expect(await repository.gitShow('late', 'more.txt', calm)).toBe('more\n');
    await git(path, 'branch', '--quiet', '-D', 'late');
    await expect(repository.gitShow('late', 'more.txt', calm)).rejects.toMatchObject({
      kind: 'bad-argument',
    });
  });

  it('of a clone without contents says which are not on this machine', async () => {
    const ordinary = join(folder.path, 'ordinary');
    await git(ordinary, 'config', 'uploadpack.allowFilter', 'true');
    await git(
      folder.path,
      'clone',
      '--quiet',
      '--filter=blob:none',
      `file://${ordinary}`,
      'partial',
    );
    const path = join(folder.path, 'partial');
    const before = await git(path, 'count-objects', '--verbose');
    const repository = await openRepository([path], { ripgrep: rgPath });
    expect(await repository.gitLog(null, 20, calm)).toHaveLength(5);
    expect((await repository.gitLog('verse.txt', 20, calm))[0]?.subject).toBe('Second: rename');
    expect(await repository.gitShow('HEAD', 'verse.txt', calm)).toContain('third line');
    expect(await repository.gitDiff('HEAD', null, null, calm)).toBe('');
    const lacking = { kind: 'bad-argument', message: expect.stringContaining('partial clone') };
    await expect(repository.gitShow('v1', 'poem.txt', calm)).rejects.toMatchObject(lacking);
    await expect(repository.gitDiff('v1', 'HEAD', null, calm)).rejects.toMatchObject(lacking);
    await expect(repository.gitBlame('verse.txt', 1, 3, calm)).rejects.toMatchObject(lacking);
    expect(await git(path, 'count-objects', '--verbose')).toBe(before);
  });

  it('of names that are not UTF-8', async () => {
    await using odd = await workspaceFolder({ 'a.txt': 'a\n' });
    const name = Buffer.from('caf\xe9.txt', 'latin1');
    const path = 'caf\udce9.txt';
    await odd.writeBytes(name, 'one\n');
    await git(odd.path, 'init', '--quiet');
    await commit(odd.path, 'first');
    await odd.writeBytes(name, 'one\ntwo\n');
    const repository = await odd.open();
    expect(await repository.gitLog(path, 5, calm)).toHaveLength(1);
    expect(await repository.gitShow('HEAD', path, calm)).toBe('one\n');
    expect(await repository.gitBlame(path, 2, 2, calm)).toMatch(/^0+ .* two$/m);
    expect(await repository.gitDiff('HEAD', null, path, calm)).toMatch(/^\+two$/m);
    expect(await repository.gitDiff('HEAD', null, null, calm)).toMatch(/^\+two$/m);
    await git(odd.path, 'commit', '--quiet', '--all', '--message=second');
    expect(await repository.gitDiff('HEAD~1', 'HEAD', path, calm)).toMatch(/^\+two$/m);
  });

  it('of everything that can happen to a file', async () => {
    await makeHistory(folder, 'busy');
    const path = join(folder.path, 'busy');
    await folder.write({
      'busy/kept.txt': 'kept\n',
      'busy/tool.sh': '#!/bin/sh\n',
      'busy/folder/x.txt': 'x\n',
      'busy/gone/y.txt': 'y\n',
      'busy/moved.txt': poem.replaceAll('line', 'word'),
      'busy/unstaged.txt': 'u\n',
      'busy/assumed.txt': 'assumed\n',
      'busy/crlf.txt': 'a\nb\nc\n',
      'busy/outside/z.txt': 'z\n',
    });
    await symlink('kept.txt', join(path, 'link'));
    await commit(path, 'Many files');
    await chmod(join(path, 'tool.sh'), 0o755);
    await rm(join(path, 'folder'), { recursive: true });
    await writeFile(join(path, 'folder'), 'a file now\n');
    await rm(join(path, 'gone'), { recursive: true });
    await git(path, 'mv', 'moved.txt', 'sub/moved.txt');
    await git(path, 'rm', '--quiet', '--cached', 'unstaged.txt');
    await git(path, 'update-index', '--assume-unchanged', 'assumed.txt');
    await writeFile(join(path, 'assumed.txt'), 'not looked at\n');
    await writeFile(join(path, 'untracked.txt'), 'never shown\n');
    await rm(join(path, 'link'));
    await symlink('tool.sh', join(path, 'link'));
    await git(path, 'add', '--intent-to-add', 'folder');
    await rename(join(path, 'outside'), join(folder.path, 'moved-outside'));
    await symlink(join(folder.path, 'moved-outside'), join(path, 'outside'));
    const repository = await openRepository([path], { ripgrep: rgPath });
    const said = await repository.gitDiff('HEAD', null, null, calm);
    expect(said).toBe(`${await git(path, 'diff', '--find-renames', 'HEAD')}\n`);
    expect(said).not.toMatch(/never shown|not looked at/);
    // Line ends alone are no change.
    await writeFile(join(path, 'crlf.txt'), 'a\r\nb\r\nc\r\n');
    expect(await repository.gitDiff('HEAD', null, 'crlf.txt', calm)).toBe('');
    await writeFile(join(path, 'crlf.txt'), 'a\r\nB\r\nc\r\n');
    expect(await repository.gitDiff('HEAD', null, 'crlf.txt', calm)).toMatch(/ a\n-b\n\+B\n c\n/);
    const blamed = await repository.gitBlame('crlf.txt', 1, 3, calm);
    expect(blamed.match(/Not Committed Yet/g)).toHaveLength(1);
    // A file that got its name in the work tree is followed to its old one.
    expect(await repository.gitBlame('sub/moved.txt', 1, 1, calm)).toMatch(/moved\.txt +\(Nora/);
    await expect(repository.gitBlame('untracked.txt', 1, 1, calm)).rejects.toMatchObject({
      kind: 'bad-argument',
      message: expect.stringContaining('not in the last commit'),
    });
  });

  it.each(['2', '3', '4'])('of an index of version %s, with conflicts', async (version) => {
    const name = `index-${version}`;
    await makeHistory(folder, name);
    const path = join(folder.path, name);
    await git(path, 'checkout', '--quiet', '-b', 'other', 'v1');
    await writeFile(join(path, 'sub', 'b.txt'), 'other\n');
    await commit(path, 'Other');
    await git(path, 'merge', '--quiet', 'main').catch(() => undefined);
    await git(path, 'update-index', '--index-version', version);
    await mkdir(join(path, 'sub', 'deep'), { recursive: true });
    await writeFile(join(path, 'sub', 'deep', 'new.txt'), 'deep\n');
    await git(path, 'add', '--intent-to-add', 'sub/deep/new.txt');
    const repository = await openRepository([path], { ripgrep: rgPath });
    const said = await repository.gitDiff('HEAD', null, null, calm);
    const plain = await git(path, 'diff', 'HEAD');
    expect(said).toBe(`${plain.replace(/^\* Unmerged path .*\n/gm, '')}\n`);
    expect(said).toContain('<<<<<<<');
    expect(said).toContain('deep/new.txt');
  });

  it('of a sparse work tree', async () => {
    const path = join(folder.path, 'sparse');
    await git(folder.path, 'clone', '--quiet', '--no-local', join(folder.path, 'packed'), path);
    await git(path, 'sparse-checkout', 'set', '--cone', '--sparse-index', 'none');
    const repository = await openRepository([path], { ripgrep: rgPath });
    expect(await repository.gitDiff('HEAD', null, null, calm)).toBe('');
    await git(path, 'sparse-checkout', 'set', '--cone', '--no-sparse-index', 'none');
    expect(await repository.gitDiff('HEAD', null, null, calm)).toBe('');
  });

  it('of an unsaved editor, which stands for its file', async () => {
    const path = join(folder.path, 'packed');
    const unsaved = () => new Map([[join(path, 'sub/b.txt'), 'b\nunsaved\n']]);
    const repository = await openRepository([path], { ripgrep: rgPath, unsaved });
    expect(await repository.gitDiff('HEAD', null, 'sub', calm)).toMatch(/^\+unsaved$/m);
    const blamed = (await repository.gitBlame('sub/b.txt', 1, 2, calm)).split('\n');
    expect(blamed[0]).toContain('Nora');
    expect(blamed[1]).toMatch(/^0+ \(Not Committed Yet .* unsaved$/);
  });
});
