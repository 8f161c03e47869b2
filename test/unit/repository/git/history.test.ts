import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import type { Repository } from '../../../../src/repository/repository';
import { calm, type WorkspaceFolder, workspaceFolder } from '../workspaceFolder';
import { commit, git } from './gitFixture';

describe('the history of a repository', () => {
  let folder: WorkspaceFolder;
  let repository: Repository;

  beforeAll(async () => {
    folder = await workspaceFolder({
      'a.txt': 'one\n',
      '.env': 'TOKEN=first\n',
      'sub/b.txt': 'b\n',
      'sub/.npmrc': 'token\n',
      'latin1.txt': Buffer.from('caf\xe9\n', 'latin1'),
      'logo.png': Buffer.from([0x89, 0, 1]),
      'vendor/v.js': 'v1\n',
      'gone.txt': 'gone\n',
    });
    await git(folder.path, 'init', '--quiet', '--initial-branch=main');
    await commit(folder.path, 'First: begin');
    await folder.write({
      'a.txt': 'one\ntwo\n',
      '.env': 'TOKEN=second\n',
      'sub/b.txt': 'b2\n',
      'vendor/v.js': 'v2\n',
    });
    await git(folder.path, 'rm', '--quiet', 'gone.txt');
    await commit(folder.path, 'Second: go on');
    await folder.write({ 'a.txt': 'one\ntwo\nthree\n', '.env': 'TOKEN=third\n' });
    repository = await folder.open({ exclude: ['vendor'] });
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  it('has a log, of all, of a folder, of a file that is gone', async () => {
    expect(await repository.gitLog(null, 10, calm)).toMatchObject([
      { hash: expect.stringMatching(/^[0-9a-f]{40}$/), author: 'Nora', subject: 'Second: go on' },
      { date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), subject: 'First: begin' },
    ]);
    expect(await repository.gitLog(null, 1, calm)).toHaveLength(1);
    expect(await repository.gitLog('sub', 10, calm)).toHaveLength(2);
    expect(await repository.gitLog('gone.txt', 10, calm)).toHaveLength(2);
    expect(await repository.gitLog('latin1.txt', 10, calm)).toHaveLength(1);
    await expect(repository.gitLog('a.txx', 10, calm)).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('"a.txt"'),
    });
  });

  it('lists tags and commits to choose from', async () => {
    await git(folder.path, 'tag', 'v1.0', 'HEAD~1');
    await git(folder.path, 'tag', '--annotate', '--message', 'The first with two', 'v1.1');
    expect(await repository.gitRevisions(calm)).toEqual([
      { kind: 'tag', name: 'v1.1', date: '2026-01-01', subject: 'The first with two' },
      { kind: 'tag', name: 'v1.0', date: '2026-01-01', subject: 'First: begin' },
      {
        kind: 'commit',
        name: expect.stringMatching(/^[0-9a-f]{7,}$/),
        date: '2026-01-01',
        subject: 'Second: go on',
      },
      expect.objectContaining({ kind: 'commit', subject: 'First: begin' }),
    ]);
  });

  it('says who changed which line', async () => {
    const lines = (await repository.gitBlame('a.txt', 2, 3, calm)).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^[0-9a-f]+ \(Nora .* 2\) two$/);
    expect(lines[1]).toMatch(/^0+ \(Not Committed Yet .* 3\) three$/);
    await expect(repository.gitBlame('a.txt', 9, 9, calm)).rejects.toMatchObject({
      kind: 'bad-argument',
      message: expect.stringContaining('has only 3 lines'),
    });
  });

  it('blames the unsaved text', async () => {
    const unsaved = () => new Map([[join(folder.path, 'a.txt'), 'zero\none\n']]);
    const edited = await folder.open({ unsaved });
    const lines = (await edited.gitBlame('a.txt', 1, 2, calm)).trimEnd().split('\n');
    expect(lines[0]).toMatch(/1\) zero$/);
    expect(lines[1]).toMatch(/Nora .* 2\) one$/);
  });

  it('shows a commit, and files and folders as they were', async () => {
    const shown = await repository.gitShow('HEAD', null, calm);
    expect(shown).toContain('Second: go on');
    expect(shown).toContain('+two');
    expect(await repository.gitShow('HEAD~1', 'a.txt', calm)).toBe('one\n');
    expect(await repository.gitShow('HEAD~1', 'latin1.txt', calm)).toBe('café\n');
    expect(await repository.gitShow('main', 'sub', calm)).toBe('b.txt\n');
    await expect(repository.gitShow('HEAD', 'logo.png', calm)).rejects.toMatchObject({
      kind: 'binary',
    });
    await expect(repository.gitShow('HEAD', 'gone.txt', calm)).rejects.toMatchObject({
      kind: 'not-found',
      message: 'There is no "gone.txt" in "HEAD".',
    });
  });

  it('shows what changed between commits, and in the work tree', async () => {
    expect(await repository.gitDiff('HEAD~1', 'HEAD', 'a.txt', calm)).toMatch(/^\+two$/m);
    expect(await repository.gitDiff('HEAD', null, null, calm)).toMatch(/^\+three$/m);
    const range = await repository.gitDiff('HEAD~1..HEAD', null, 'sub', calm);
    expect(range).toMatch(/^\+b2$/m);
    expect(range).not.toContain('a.txt');
    expect(await repository.gitDiff('HEAD~1...HEAD', null, 'sub', calm)).toBe(range);
    expect(await repository.gitDiff('HEAD', 'HEAD', null, calm)).toBe('');
  });

  it('never shows a hidden file, and says so', async () => {
    const note = '(Not shown, because policy hides them: ".env", "vendor".)';
    const outputs = [
      await repository.gitShow('HEAD', null, calm),
      await repository.gitDiff('HEAD~1', 'HEAD', null, calm),
      await repository.gitDiff('HEAD~1', null, null, calm),
    ];
    for (const output of outputs) {
      expect(output).not.toMatch(/TOKEN|second|third|v2/);
      expect(output).toContain(note);
    }
    expect(await repository.gitShow('HEAD~1', null, calm)).not.toMatch(/TOKEN|token/);
    for (const path of ['.env', 'sub/.npmrc', 'vendor/v.js']) {
      const refused = { kind: 'excluded' };
      await expect(repository.gitShow('HEAD', path, calm)).rejects.toMatchObject(refused);
      await expect(repository.gitDiff('HEAD~1', null, path, calm)).rejects.toMatchObject(refused);
      await expect(repository.gitBlame(path, 1, 1, calm)).rejects.toMatchObject(refused);
      await expect(repository.gitLog(path, 1, calm)).rejects.toMatchObject(refused);
    }
  });

  it('does not show a secret that was renamed', async () => {
    await using other = await workspaceFolder({ '.env': 'TOKEN=x\n'.repeat(20) });
    await git(other.path, 'init', '--quiet');
    await commit(other.path, 'first');
    await git(other.path, 'mv', '.env', '.env.local');
    await commit(other.path, 'second');
    const hidden = await (await other.open()).gitShow('HEAD', null, calm);
    expect(hidden).toContain('".env", ".env.local"');
    expect(hidden).not.toContain('TOKEN');
  });

  it('does not show a secret that has the name of another file', async () => {
    await using other = await workspaceFolder({ 'notes.txt': 'a\n', '.env': 'TOKEN=x\n' });
    await git(other.path, 'init', '--quiet');
    await commit(other.path, 'first');
    await rm(join(other.path, 'notes.txt'));
    await link(join(other.path, '.env'), join(other.path, 'notes.txt'));
    const diff = await (await other.open()).gitDiff('HEAD', null, null, calm);
    expect(diff).not.toContain('TOKEN');
    expect(diff).toContain('because policy hides them: "notes.txt"');
    expect(await git(other.path, 'diff', 'HEAD')).toContain('TOKEN');
  });

  it('does not show a secret that came with a merge', async () => {
    await using other = await workspaceFolder({ 'a.txt': 'a\n', '.env': 'TOKEN=0\n' });
    await git(other.path, 'init', '--quiet', '--initial-branch=main');
    await commit(other.path, 'base');
    await git(other.path, 'checkout', '--quiet', '-b', 'side');
    await other.write({ '.env': 'TOKEN=1\n', 'a.txt': 'side\n' });
    await commit(other.path, 'side');
    await git(other.path, 'checkout', '--quiet', 'main');
    await other.write({ '.env': 'TOKEN=2\n', 'a.txt': 'main\n' });
    await commit(other.path, 'main');
    await git(other.path, 'merge', '--quiet', 'side').catch(() => undefined);
    await other.write({ '.env': 'TOKEN=3\n', 'a.txt': 'both\n' });
    await commit(other.path, 'merged');
    const merged = await (await other.open()).gitShow('HEAD', null, calm);
    expect(merged).toContain('both');
    expect(merged).not.toContain('TOKEN');
  });

  it.each(['--output=/tmp/x', '-p', '', 'HEAD:.env', ':/First', 'no-such-branch', 'HEAD\0'])(
    'refuses the revision %j',
    async (revision) => {
      const refused = { kind: 'bad-argument' };
      await expect(repository.gitShow(revision, null, calm)).rejects.toMatchObject(refused);
      await expect(repository.gitShow(revision, 'a.txt', calm)).rejects.toMatchObject(refused);
      await expect(repository.gitDiff(revision, null, null, calm)).rejects.toMatchObject(refused);
      await expect(repository.gitDiff('HEAD', revision, null, calm)).rejects.toMatchObject(refused);
    },
  );

  it('of a folder inside it is about that folder', async () => {
    const inside = await openRepository([join(folder.path, 'sub')], { ripgrep: rgPath });
    const shown = await inside.gitShow('HEAD', null, calm);
    expect(shown).toContain('--- a/b.txt');
    expect(shown).not.toContain('a.txt');
    expect(await inside.gitShow('HEAD', 'b.txt', calm)).toBe('b2\n');
    expect(await inside.gitLog('b.txt', 5, calm)).toHaveLength(2);
    expect(await inside.gitBlame('b.txt', 1, 1, calm)).toContain('b2');
  });

  it('of several folders is found by path, by revision, or merged', async () => {
    await using other = await workspaceFolder({ 'other/c.txt': 'c\n', 'plain/d.txt': 'd\n' });
    const second = join(other.path, 'other');
    await git(second, 'init', '--quiet');
    await commit(second, 'Third: elsewhere');
    const both = await openRepository([folder.path, second, join(other.path, 'plain')], {
      ripgrep: rgPath,
    });
    const subjects = (await both.gitLog(null, 10, calm)).map(({ subject }) => subject);
    expect(subjects).toHaveLength(3);
    expect(subjects[0]).toBe('Third: elsewhere');
    const [third] = await both.gitLog('other/c.txt', 1, calm);
    expect(await both.gitShow(third?.hash ?? '', null, calm)).toContain('Third: elsewhere');
    expect(await both.gitShow('HEAD', 'other/c.txt', calm)).toBe('c\n');
    await expect(both.gitLog('plain/d.txt', 1, calm)).rejects.toMatchObject({
      kind: 'not-a-git-repository',
    });
  });

  it('is missing where there is none', async () => {
    await using plain = await workspaceFolder({ 'a.txt': 'x' });
    await expect((await plain.open()).gitLog(null, 1, calm)).rejects.toMatchObject({
      kind: 'not-a-git-repository',
    });
    await git(plain.path, 'init', '--quiet');
    expect(await (await plain.open()).gitLog(null, 1, calm)).toEqual([]);
    await expect((await plain.open()).gitBlame('a.txt', 1, 1, calm)).rejects.toMatchObject({
      kind: 'bad-argument',
    });
  });

  it('is found in a linked work tree and in a submodule', async () => {
    await using other = await workspaceFolder();
    const linked = join(other.path, 'linked');
    await git(folder.path, 'worktree', 'add', '--quiet', linked, 'HEAD');
    expect(
      await (await openRepository([linked], { ripgrep: rgPath })).gitLog(null, 9, calm),
    ).toHaveLength(2);

    const around = join(other.path, 'around');
    await git(other.path, 'init', '--quiet', around);
    await git(
      around,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      folder.path,
      'inner',
    );
    const inner = await openRepository([join(around, 'inner')], { ripgrep: rgPath });
    expect(await inner.gitLog(null, 9, calm)).toHaveLength(2);
    await git(folder.path, 'worktree', 'remove', '--force', linked);
  });

  it('is cut when it is longer than anyone reads', async () => {
    await using other = await workspaceFolder({ 'big.txt': 'a\n' });
    await git(other.path, 'init', '--quiet');
    await commit(other.path, 'first');
    await writeFile(join(other.path, 'big.txt'), 'some line of text\n'.repeat(600_000));
    const diff = await (await other.open()).gitDiff('HEAD', null, null, calm);
    expect(diff.length).toBeLessThan(9_000_000);
    expect(diff).toContain('cut; narrow it with path=');
  });

  it('stops when it is cancelled', async () => {
    const reason = new Error('enough');
    const aborted = AbortSignal.abort(reason);
    await expect(repository.gitLog(null, 1, aborted)).rejects.toBe(reason);
    const stop = new AbortController();
    const outcome = repository.gitShow('HEAD', null, stop.signal);
    stop.abort(reason);
    await expect(outcome).rejects.toBe(reason);
  });
});
