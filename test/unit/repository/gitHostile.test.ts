import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../../src/repository/openRepository';
import type { Repository } from '../../../src/repository/repository';
import { calm, type WorkspaceFolder, workspaceFolder } from './workspaceFolder';

/** A downloaded folder may bring its own `.git`, made to attack whoever looks at its history. */
describe.skipIf(process.platform === 'win32')('a hostile repository', () => {
  let folder: WorkspaceFolder;
  let top: string;
  let traps: string;

  beforeEach(async () => {
    folder = await workspaceFolder({ 'hostile/a.txt': 'one\n', 'hostile/b.x': 'b\n' });
    top = join(folder.path, 'hostile');
    traps = join(folder.path, 'traps');
    await mkdir(traps);
    await git('init', '--quiet');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'first');
    await writeFile(join(top, 'a.txt'), 'one\ntwo\n');
    await writeFile(join(top, 'b.x'), 'b\nb2\n');
  });

  afterEach(() => folder[Symbol.asyncDispose]());

  function git(...args: readonly string[]): Promise<unknown> {
    const identity = ['-c', 'user.name=N', '-c', 'user.email=n@localhost'];
    return execa('git', [...identity, ...args], { cwd: top, stdin: 'ignore' });
  }

  /** A program that leaves a file behind when it is started. */
  async function trap(name: string): Promise<string> {
    const program = join(folder.path, `trap-${name}`);
    await writeFile(program, `#!/bin/sh\ntouch '${join(traps, name)}'\ncat\n`);
    await chmod(program, 0o755);
    return program;
  }

  async function everything(repository: Repository): Promise<void> {
    await repository.gitLog(null, 5, calm);
    await repository.gitLog('a.txt', 5, calm);
    await repository.gitBlame('a.txt', 1, 2, calm);
    await repository.gitBlame('b.x', 1, 2, calm);
    await repository.gitShow('HEAD', null, calm);
    await repository.gitShow('HEAD', 'b.x', calm);
    await repository.gitDiff('HEAD', null, null, calm);
    await repository.gitDiff('HEAD', 'HEAD', null, calm);
  }

  it('starts no program of its own', async () => {
    const settings: readonly [string, string][] = [
      ['core.fsmonitor', await trap('fsmonitor')],
      ['core.pager', await trap('pager')],
      ['pager.log', await trap('pager-log')],
      ['diff.external', await trap('external')],
      ['diff.evil.command', await trap('command')],
      ['diff.evil.textconv', await trap('textconv')],
      ['filter.evil.clean', await trap('clean')],
      ['filter.evil.smudge', await trap('smudge')],
      ['filter.process=.process', await trap('process')],
      ['gpg.program', await trap('gpg')],
      ['core.sshCommand', await trap('ssh')],
      ['core.editor', await trap('editor')],
      ['log.showSignature', 'true'],
      ['core.hooksPath', folder.path],
      ['alias.log', `!${await trap('alias')}`],
    ];
    for (const [name, value] of settings) await git('config', name, value);
    await writeFile(
      join(top, '.gitattributes'),
      '*.txt filter=evil diff=evil\n*.x filter=process= diff=evil\n',
    );

    // The trap works: plain Git falls into it.
    await git('diff', 'HEAD');
    expect(await readdir(traps)).not.toEqual([]);
    await rm(traps, { recursive: true });
    await mkdir(traps);

    await everything(await openRepository([top], { ripgrep: rgPath }));
    expect(await readdir(traps)).toEqual([]);
  });

  it('does not borrow the environment', async () => {
    const variables = { GIT_EXTERNAL_DIFF: await trap('environment'), GIT_DIR: '/nonexistent' };
    Object.assign(process.env, variables);
    try {
      await everything(await openRepository([top], { ripgrep: rgPath }));
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
    expect(await readdir(traps)).toEqual([]);
  });

  it("can't show another repository's history", async () => {
    const own = join(folder.path, 'private');
    await execa('git', ['clone', '--quiet', top, own]);
    const open = () => openRepository([top], { ripgrep: rgPath });
    const refused = {
      kind: 'not-a-git-repository',
      message: expect.stringContaining('does not belong to this folder'),
    };

    await rm(join(top, '.git'), { recursive: true });
    await writeFile(join(top, '.git'), `gitdir: ${own}/.git\n`);
    await expect((await open()).gitLog(null, 5, calm)).rejects.toMatchObject(refused);

    await rm(join(top, '.git'));
    await symlink(join(own, '.git'), join(top, '.git'));
    await expect((await open()).gitLog(null, 5, calm)).rejects.toMatchObject(refused);

    await rm(join(top, '.git'));
    await git('init', '--quiet');
    await rm(join(top, '.git', 'refs'), { recursive: true });
    await rm(join(top, '.git', 'objects'), { recursive: true });
    await symlink(join(own, '.git', 'refs'), join(top, '.git', 'refs'));
    await symlink(join(own, '.git', 'objects'), join(top, '.git', 'objects'));
    await expect((await open()).gitShow('HEAD', null, calm)).rejects.toMatchObject(refused);
  });

  it("can't pass off another folder as its work tree", async () => {
    await writeFile(join(folder.path, 'a.txt'), 'private\n');
    await git('config', 'core.worktree', folder.path);
    const repository = await openRepository([top], { ripgrep: rgPath });
    const outcome = await repository.gitDiff('HEAD', null, null, calm).catch(String);
    expect(outcome).not.toContain('private');
  });
});
