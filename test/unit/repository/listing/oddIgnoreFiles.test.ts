import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { type TemporaryFolder, temporaryFolder } from '../../../host/folders';
import { calm, grepLines, pathsOf, query } from '../workspaceFolder';

/** How ripgrep walks a repository where nobody looks for odd files. */
const walking = ['--no-config', '--files', '--hidden', '--no-require-git', '--glob=!.git'];

describe.skipIf(process.platform === 'win32')('ignore files that are no regular files', () => {
  let folder: TemporaryFolder;
  let root: string;

  beforeEach(async () => {
    folder = await temporaryFolder('odd-ignore-files');
    root = join(folder.path, 'top', 'repository');
    await write('repository/a.txt', 'needle\n');
    await write('repository/sub/deep/b.txt', 'needle\n');
    await write('repository/hidden.txt', 'needle\n');
  });

  afterEach(() => folder[Symbol.asyncDispose]());

  async function write(name: string, text: string): Promise<void> {
    const path = join(folder.path, 'top', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /** @param name below the folder that the repository is in. */
  async function pipe(name: string): Promise<string> {
    const path = join(folder.path, name);
    await mkdir(dirname(path), { recursive: true });
    await execa('mkfifo', [path]);
    return path;
  }

  async function link(name: string, target: string): Promise<void> {
    const path = join(folder.path, 'top', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(target, path);
  }

  /** Each makes something of which ripgrep never reads the end, and says which pipe it waits for. */
  const pipes: Readonly<Record<string, () => Promise<string>>> = {
    'a pipe as .gitignore': () => pipe('top/repository/.gitignore'),
    'a pipe as .ignore': () => pipe('top/repository/.ignore'),
    'a pipe as .rgignore': () => pipe('top/repository/.rgignore'),
    'a pipe as .git/info/exclude': () => pipe('top/repository/.git/info/exclude'),
    'a pipe deep down': () => pipe('top/repository/sub/deep/.gitignore'),
    'a pipe in a repository within': () => pipe('top/repository/sub/.git/info/exclude'),
    'a pipe beside rules that leave its folder out, and show it again': async () => {
      await write('repository/.gitignore', 'sub\n!sub\n');
      return pipe('top/repository/sub/.ignore');
    },
    'a pipe behind a rule that another kind of ignore file takes back': async () => {
      await write('repository/.gitignore', 'deep\n');
      await write('repository/sub/.rgignore', '\ufeff!deep\n');
      return pipe('top/repository/sub/deep/.ignore');
    },
    'a pipe behind a rule after a line that is no text': async () => {
      await mkdir(root, { recursive: true });
      await writeFile(join(root, '.gitignore'), Buffer.from('\xff\nsub\n', 'latin1'));
      return pipe('top/repository/sub/.ignore');
    },
    'a pipe that counts because another one takes a rule away': async () => {
      await write('repository/.gitignore', 'sub\n');
      await write('repository/other/c.txt', 'c');
      const waited = await pipe('top/repository/sub/.ignore');
      await rm(join(root, '.gitignore'));
      await pipe('top/repository/other/.gitignore');
      await write('repository/.gitignore', 'sub\n');
      return waited;
    },
    'a link to a pipe outside': async () => {
      const path = await pipe('outside');
      await link('repository/.gitignore', path);
      return path;
    },
    'a link to a pipe inside': async () => {
      const path = await pipe('top/repository/sub/pipe');
      await link('repository/.rgignore', 'sub/pipe');
      return path;
    },
    'a link in the place of .git': async () => {
      const path = await pipe('elsewhere/info/exclude');
      await link('repository/.git', join(folder.path, 'elsewhere'));
      return path;
    },
    'a link in the place of .git/info': async () => {
      const path = await pipe('elsewhere/exclude');
      await link('repository/sub/.git/info', join(folder.path, 'elsewhere'));
      return path;
    },
    'a pipe above': async () => {
      await write('.git/HEAD', 'ref: refs/heads/main\n');
      return pipe('top/.gitignore');
    },
    'a pipe above, in the repository that it is part of': async () => {
      await write('.git/HEAD', 'ref: refs/heads/main\n');
      return pipe('top/.git/info/exclude');
    },
    'a pipe above what is no repository': () => pipe('.gitignore'),
    'a pipe above that repository': async () => {
      await write('.git/HEAD', 'ref: refs/heads/main\n');
      return pipe('.ignore');
    },
  };

  it.each(Object.entries(pipes))('%s hangs ripgrep, and not Fathom', async (name, make) => {
    const path = await make();
    const twoRules = name.startsWith('a pipe that counts');
    const args = [...walking, ...(twoRules ? ['--no-ignore-vcs'] : []), './'];
    await using control = await startRipgrep(args, root);
    await vi.waitFor(() => expect(someoneReads(path)).toBe(true), 10_000);
    await control.ended;

    const repository = await openRepository([root], { ripgrep: rgPath });
    expect(await pathsOf(repository)).toContain('a.txt');
    expect(await grepLines(repository, 'needle')).toContain('a.txt:1:1:needle');
    expect(await repository.fileCount(calm)).toBeGreaterThanOrEqual(3);
    expect((await repository.read('a.txt', 1, null, calm)).text).toBe('needle\n');
    expect((await repository.search('needle', 3, calm)).length).toBeGreaterThan(0);
    expect((await repository.profile(60_000, calm)).complete).toBe(true);
    const [notice] = await repository.notices(calm);
    expect(notice).toContain('do not count');
    expect(notice).toContain('a named pipe');
  });

  it('reads no rules through a link that leads out of the repository', async () => {
    await writeFile(join(folder.path, 'rules'), 'hidden.txt\n');
    await link('repository/.gitignore', join(folder.path, 'rules'));
    const { stdout } = await execa(rgPath, [...walking, './'], { cwd: root });
    expect(stdout).not.toContain('hidden.txt');

    const repository = await openRepository([root], { ripgrep: rgPath });
    expect(await pathsOf(repository)).toContain('hidden.txt');
    expect(await repository.notices(calm)).toEqual([
      'In repository the rules of .gitignore files do not count, so that files show which they would hide: .gitignore is a link to a file outside of the repository.',
    ]);
  });

  it('reads the rules of the user above the repository through links', async () => {
    await write('.git/HEAD', 'ref: refs/heads/main\n');
    await writeFile(join(folder.path, 'rules'), 'hidden.txt\n');
    await symlink('rules', join(folder.path, '.ignore'));
    const repository = await openRepository([root], { ripgrep: rgPath });
    expect(await pathsOf(repository)).not.toContain('hidden.txt');
    expect(await repository.notices(calm)).toEqual([]);
  });

  it('never opens a device', async () => {
    await link('repository/.gitignore', '/dev/zero');
    await link('repository/sub/.ignore', '/dev/tty');
    const repository = await openRepository([root], { ripgrep: rgPath });
    expect(await pathsOf(repository)).toEqual(
      expect.arrayContaining(['a.txt', 'hidden.txt', 'sub/deep/b.txt']),
    );
    const [notice] = await repository.notices(calm);
    expect(notice).toContain('.gitignore is a device');
    expect(notice).toContain('sub/.ignore is a device');
  });

  it('keeps the rules of the other kinds, and of links within the repository', async () => {
    await write('repository/rules', 'hidden.txt\n');
    await link('repository/.ignore', 'rules');
    const repository = await openRepository([root], { ripgrep: rgPath });
    expect(await pathsOf(repository)).not.toContain('hidden.txt');
    expect(await repository.notices(calm)).toEqual([]);

    await pipe('top/repository/sub/.gitignore');
    await write('repository/.gitignore', 'a.txt\n');
    const odd = await openRepository([root], { ripgrep: rgPath });
    expect(await pathsOf(odd)).not.toContain('hidden.txt');
    expect(await pathsOf(odd)).toContain('a.txt');
  });

  it('does not mind what rules leave out, nor what no program opens', async () => {
    await write('repository/.gitignore', 'node_modules/\n/build\n');
    await pipe('top/repository/node_modules/some/.gitignore');
    await pipe('top/repository/build/.ignore');
    await pipe('top/repository/sub/pipe');
    await link('repository/sub/.gitignore', 'nowhere');
    await write('repository/sub/build/c.txt', 'c');
    const repository = await openRepository([root], { ripgrep: rgPath });
    expect(await pathsOf(repository)).toEqual(
      expect.arrayContaining(['a.txt', 'sub/build/c.txt', 'sub/deep/b.txt']),
    );
    expect(await repository.notices(calm)).toEqual([]);
  });

  it('looks into folders whose names are no text', async () => {
    const name = Buffer.from(`${root}/odd\xff`, 'latin1');
    await mkdir(name);
    await pipe('pipe');
    await rename(join(folder.path, 'pipe'), Buffer.concat([name, Buffer.from('/.gitignore')]));
    const repository = await openRepository([root], { ripgrep: rgPath });
    expect(await pathsOf(repository)).toContain('a.txt');
    expect((await repository.notices(calm))[0]).toContain('a named pipe');
  });

  it('holds what becomes a pipe later by a deadline that says what to do', async () => {
    const repository = await openRepository([root], {
      ripgrep: rgPath,
      programs: { deadlineMs: 1000 },
    });
    expect(await pathsOf(repository)).toContain('a.txt');
    await pipe('top/repository/.gitignore');
    await expect(repository.grep(query('needle'), calm)).rejects.toMatchObject({
      kind: 'unavailable',
      message:
        'ripgrep did not end within 1 s. Search less at a time: name a folder with path=, or files with glob=.',
    });
  });

  it('applies the ignore file that the user has for all repositories', async () => {
    const home = join(folder.path, 'home');
    await mkdir(home);
    await writeFile(join(home, 'ignored'), 'hidden.txt\n');
    await writeFile(join(home, '.gitconfig'), '[core]\n\texcludesFile = ~/ignored\n');
    await write('repository/rules', 'a.txt\n');
    vi.stubEnv('HOME', home);
    try {
      const repository = await openRepository([root], { ripgrep: rgPath });
      expect(await pathsOf(repository)).not.toContain('hidden.txt');
      // From whatever folder is searched, it would be the repository's.
      await writeFile(join(home, '.gitconfig'), '[core]\n\texcludesFile = rules\n');
      const other = await openRepository([root], { ripgrep: rgPath });
      expect(await pathsOf(other)).toEqual(expect.arrayContaining(['a.txt', 'hidden.txt']));
    } finally {
      vi.unstubAllEnvs();
    }
    expect(await readFile(join(root, 'rules'), 'utf8')).toBe('a.txt\n');
  });
});

/** Whether a process has the pipe open for reading, or waits for that. It then reads the end. */
function someoneReads(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

async function startRipgrep(args: readonly string[], cwd: string) {
  const process = execa(rgPath, args, { cwd, reject: false });
  return {
    ended: process,
    async [Symbol.asyncDispose]() {
      process.kill('SIGKILL');
      await process;
    },
  };
}
