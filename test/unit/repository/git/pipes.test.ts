import { appendFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { calm } from '../workspaceFolder';
import { everythingGitSays, git, type HostileFolder, hostileFolder } from './gitFixture';

/** Parts of a Git folder that Fathom reads, seen from it. */
const parts = [
  '../.git',
  'HEAD',
  'packed-refs',
  'refs',
  'refs/heads',
  'refs/heads/main',
  'refs/heads/other',
  'shallow',
  'config',
  'index',
  'commondir',
  'objects',
  'objects/pack',
  'objects/00',
  'objects/00/00000000000000000000000000000000000000',
  `objects/pack/pack-${'0'.repeat(40)}.idx`,
  'MERGE_HEAD',
  'reftable',
];

describe.skipIf(process.platform === 'win32')('nothing is waited for when there is', () => {
  let hostile: HostileFolder;

  beforeEach(async () => {
    hostile = await hostileFolder();
  });

  afterEach(() => hostile[Symbol.asyncDispose]());

  async function makeRoom(part: string): Promise<string> {
    const place = join(hostile.top, '.git', part);
    await mkdir(join(place, '..'), { recursive: true });
    await rm(place, { recursive: true, force: true });
    return place;
  }

  async function refusal(): Promise<string> {
    const repository = await openRepository([hostile.top], { ripgrep: rgPath });
    const said = await everythingGitSays(repository);
    expect(said).toContain('error: ');
    return said;
  }

  it.each(parts)('a named pipe as .git/%s', async (part) => {
    await execa('mkfifo', [await makeRoom(part)]);
    expect(await refusal()).toMatch(/named pipe|commondir|reftable/);
  });

  it.each(parts)('a link to a device without an end as .git/%s', async (part) => {
    await symlink('/dev/zero', await makeRoom(part));
    expect(await refusal()).toMatch(/symbolic link|commondir|reftable/);
  });

  it('a socket as .git/HEAD', async () => {
    const place = await makeRoom('HEAD');
    const server = createServer().listen(place);
    await new Promise((listening) => server.once('listening', listening));
    expect(await refusal()).toContain('a socket');
    await new Promise((closed) => server.close(closed));
  });

  it.each(['commondir', 'gitdir', 'HEAD'])(
    'a named pipe as %s of a linked work tree',
    async (part) => {
      const linked = join(hostile.path, 'linked');
      await git(hostile.top, 'worktree', 'add', '--quiet', '--detach', linked);
      const place = await makeRoom(`worktrees/linked/${part}`);
      await execa('mkfifo', [place]);
      const repository = await openRepository([linked], { ripgrep: rgPath });
      await expect(repository.gitLog(null, 5, calm)).rejects.toMatchObject({
        kind: 'not-a-git-repository',
        message: expect.stringContaining('named pipe'),
      });
    },
  );

  it('a named pipe that the settings include, or that is a file of the work tree', async () => {
    await execa('mkfifo', [join(hostile.top, 'pipe')]);
    await appendFile(join(hostile.top, '.git/config'), '[include]\npath=../pipe\n');
    await mkdir(join(hostile.top, '.git/info'), { recursive: true });
    await execa('mkfifo', [join(hostile.top, '.gitattributes'), join(hostile.top, '.mailmap')]);
    await rm(join(hostile.top, 'sub/b.x'));
    await execa('mkfifo', [join(hostile.top, 'sub/b.x')]);
    const repository = await openRepository([hostile.top], { ripgrep: rgPath });
    const said = await repository.gitDiff('HEAD', null, null, calm);
    expect(said).toContain('+two');
    expect(said).toContain('(Not compared: "sub/b.x" is neither a file nor a link.)');
    expect(await repository.gitLog(null, 5, calm)).toHaveLength(1);

    const plain = await execa('git', ['log'], { cwd: hostile.top, reject: false, timeout: 2_000 });
    expect(plain.timedOut, 'plain Git waits').toBe(true);
  });

  it('a named pipe for plain Git, which waits', async () => {
    await rename(join(hostile.top, '.git/HEAD'), join(hostile.top, 'HEAD'));
    await execa('mkfifo', [join(hostile.top, '.git/HEAD')]);
    const plain = await execa('git', ['log'], { cwd: hostile.top, reject: false, timeout: 2_000 });
    expect(plain.timedOut).toBe(true);
  });

  it('a file that is too large', async () => {
    await writeFile(await makeRoom('HEAD'), 'x'.repeat(1_000_000));
    expect(await refusal()).toContain('has over 65536 bytes');
  });
});
