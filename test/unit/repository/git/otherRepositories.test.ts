import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRepository } from '../../../../src/repository/openRepository';
import { calm } from '../workspaceFolder';
import { everythingGitSays, git, type HostileFolder, hostileFolder, secret } from './gitFixture';

/** A way to have another repository of the user read as if it were the stranger's own. */
interface Attack {
  readonly name: string;
  prepare(hostile: HostileFolder, at: Places): Promise<void>;
}

interface Places {
  /** The stranger's Git folder, and the victim's. */
  readonly own: string;
  readonly victim: string;
  /** The id of the victim's commit. */
  readonly id: string;
}

/** Makes the stranger's branch name the victim's commit. */
async function takeCommit({ own, id }: Places): Promise<void> {
  await writeFile(join(own, 'refs/heads/main'), `${id}\n`);
}

/** Puts a link in the place of a part of the stranger's Git folder. */
async function link(
  places: Places,
  name: string,
  target = join(places.victim, name),
): Promise<void> {
  await rm(join(places.own, name), { recursive: true, force: true });
  await symlink(target, join(places.own, name));
}

async function borrow({ own }: Places, text: string): Promise<void> {
  await mkdir(join(own, 'objects/info'), { recursive: true });
  await writeFile(join(own, 'objects/info/alternates'), text);
}

/** Each folder of the victim's objects as a link among the stranger's. */
async function linkObjectFolders(places: Places): Promise<void> {
  for (const name of await readdir(join(places.victim, 'objects'))) {
    if (name.length !== 2) continue;
    await link(places, `objects/${name}`);
  }
}

/** The victim's objects in one pack. */
async function pack({ victim }: HostileFolder): Promise<string> {
  await git(victim, 'repack', '-a', '-d', '--quiet');
  const names = await readdir(join(victim, '.git/objects/pack'));
  return (names.find((name) => name.endsWith('.pack')) ?? '').slice(0, -'.pack'.length);
}

/** A multi-pack-index whose only pack has another name. */
function renamedPack(index: Buffer, name: string): Buffer {
  const chunks = index.readUInt8(6);
  const starts = Array.from({ length: chunks + 1 }, (_, chunk) => ({
    at: 12 + chunk * 12 + 4,
    id: index.toString('latin1', 12 + chunk * 12, 16 + chunk * 12),
    offset: Number(index.readBigUInt64BE(12 + chunk * 12 + 4)),
  }));
  const names = starts.findIndex(({ id }) => id === 'PNAM');
  const [start = 0, end = 0] = [starts[names]?.offset, starts[names + 1]?.offset];
  const padded = Buffer.alloc(Math.ceil((name.length + 1) / 4) * 4);
  padded.write(name, 'latin1');
  const changed = Buffer.concat([index.subarray(0, start), padded, index.subarray(end)]);
  for (const { at, offset } of starts) {
    if (offset > start)
      changed.writeBigUInt64BE(BigInt(offset + padded.length - (end - start)), at);
  }
  return changed;
}

const attacks: readonly Attack[] = [
  {
    name: 'objects that it borrows',
    async prepare(_, places) {
      await borrow(places, `${places.victim}/objects\n`);
      await takeCommit(places);
    },
  },
  {
    name: 'objects that it borrows by a relative path',
    async prepare(_, places) {
      await borrow(places, '../../../victim/.git/objects\n');
      await takeCommit(places);
    },
  },
  {
    name: 'objects that it borrows by a quoted path, after a comment',
    async prepare(_, places) {
      await borrow(places, `# none\n\n"${places.victim}/objects"\n`);
      await takeCommit(places);
    },
  },
  {
    name: 'objects that it borrows from one that borrows them',
    async prepare({ top }, places) {
      await mkdir(join(top, 'between/info'), { recursive: true });
      await writeFile(join(top, 'between/info/alternates'), `${places.victim}/objects\n`);
      await borrow(places, `${top}/between\n`);
      await takeCommit(places);
    },
  },
  {
    name: 'a link for where it borrows objects',
    async prepare({ top }, places) {
      await mkdir(join(top, 'info'));
      await writeFile(join(top, 'info/alternates'), `${places.victim}/objects\n`);
      await link(places, 'objects/info', join(top, 'info'));
      await takeCommit(places);
    },
  },
  {
    name: 'a link for all objects, and its refs',
    async prepare(_, places) {
      await link(places, 'objects');
      await link(places, 'refs');
    },
  },
  {
    name: 'borrowed objects, and a link for its branches',
    async prepare(_, places) {
      await borrow(places, `${places.victim}/objects\n`);
      await link(places, 'refs/heads');
    },
  },
  {
    name: 'borrowed objects, and a link for one branch',
    async prepare(_, places) {
      await borrow(places, `${places.victim}/objects\n`);
      await link(places, 'refs/heads/main');
    },
  },
  {
    name: 'borrowed objects, and a link for its packed refs',
    async prepare({ victim }, places) {
      await git(victim, 'pack-refs', '--all');
      await borrow(places, `${places.victim}/objects\n`);
      await rm(join(places.own, 'refs/heads/main'));
      await link(places, 'packed-refs');
    },
  },
  {
    name: 'links for folders of objects',
    async prepare(_, places) {
      await linkObjectFolders(places);
      await takeCommit(places);
    },
  },
  {
    name: 'links for single objects',
    async prepare(_, places) {
      const { own, victim } = places;
      for (const folder of await readdir(join(victim, 'objects'))) {
        if (folder.length !== 2) continue;
        await mkdir(join(own, 'objects', folder), { recursive: true });
        for (const name of await readdir(join(victim, 'objects', folder))) {
          await link(places, `objects/${folder}/${name}`);
        }
      }
      await takeCommit(places);
    },
  },
  {
    name: 'a link for the folder of packs',
    async prepare(hostile, places) {
      await pack(hostile);
      await link(places, 'objects/pack');
      await takeCommit(places);
    },
  },
  {
    name: 'links for a pack',
    async prepare(hostile, places) {
      const name = await pack(hostile);
      await mkdir(join(places.own, 'objects/pack'), { recursive: true });
      await link(places, `objects/pack/${name}.pack`);
      await link(places, `objects/pack/${name}.idx`);
      await takeCommit(places);
    },
  },
  {
    name: 'an index of packs that names one elsewhere',
    async prepare(hostile, places) {
      const name = await pack(hostile);
      await git(hostile.victim, 'multi-pack-index', 'write');
      const index = await readFile(join(places.victim, 'objects/pack/multi-pack-index'));
      await mkdir(join(places.own, 'objects/pack'), { recursive: true });
      await writeFile(
        join(places.own, 'objects/pack/multi-pack-index'),
        renamedPack(index, `../../../../victim/.git/objects/pack/${name}.idx`),
      );
      await takeCommit(places);
    },
  },
  {
    name: 'a file that says where the Git folder is',
    async prepare({ top }, { own, victim }) {
      await rm(own, { recursive: true });
      await writeFile(join(top, '.git'), `gitdir: ${victim}\n`);
    },
  },
  {
    name: 'a link for the Git folder',
    async prepare({ top }, { own, victim }) {
      await rm(own, { recursive: true });
      await symlink(victim, join(top, '.git'));
    },
  },
  {
    name: 'a Git folder that shares the data of another',
    prepare: (_, { own, victim }) => writeFile(join(own, 'commondir'), `${victim}\n`),
  },
  {
    name: 'a forged linked work tree',
    async prepare({ top }, { own, victim }) {
      await rm(own, { recursive: true });
      const forged = join(top, 'forged/worktrees/x');
      await mkdir(forged, { recursive: true });
      await writeFile(join(forged, 'HEAD'), 'ref: refs/heads/main\n');
      await writeFile(join(forged, 'commondir'), `${victim}\n`);
      await writeFile(join(forged, 'gitdir'), `${top}/.git\n`);
      await writeFile(join(top, '.git'), `gitdir: ${forged}\n`);
    },
  },
  {
    name: "a link among the victim's own linked work trees",
    async prepare({ top }, { own, victim }) {
      await git(join(victim, '..'), 'worktree', 'add', '--quiet', '--detach', '../elsewhere');
      await rm(own, { recursive: true });
      await writeFile(join(top, '.git'), `gitdir: ${victim}/worktrees/elsewhere\n`);
    },
  },
  {
    name: 'a forged submodule',
    async prepare({ top }, places) {
      const { own } = places;
      await cp(own, join(top, 'forged'), { recursive: true });
      await rm(own, { recursive: true });
      const forged = { ...places, own: join(top, 'forged') };
      await writeFile(join(forged.own, 'config'), `[core]\nworktree=${top}\n`);
      await link(forged, 'objects');
      await link(forged, 'refs');
      await writeFile(join(top, '.git'), 'gitdir: forged\n');
    },
  },
];

describe.skipIf(process.platform === 'win32')(
  'another repository of the user is not read by',
  () => {
    let hostile: HostileFolder;
    let places: Places;

    beforeEach(async () => {
      hostile = await hostileFolder();
      places = {
        own: join(hostile.top, '.git'),
        victim: join(hostile.victim, '.git'),
        id: await git(hostile.victim, 'rev-parse', 'HEAD'),
      };
    });

    afterEach(() => hostile[Symbol.asyncDispose]());

    it.each(attacks)('$name', async ({ prepare }) => {
      await prepare(hostile, places);
      const repository = await openRepository([hostile.top], { ripgrep: rgPath });
      const said = [
        await everythingGitSays(repository),
        await everythingGitSays(repository, places.id),
        await everythingGitSays(repository, 'main'),
      ].join('\n');
      expect(said).not.toContain(secret);
      expect(said).toContain('error: ');
      // Nor is that taken for a repository without history.
      await expect(repository.gitLog(null, 5, calm)).rejects.toThrow();

      const { stdout } = await execa('git', ['log', '--patch', 'HEAD', '--'], {
        cwd: hostile.top,
        stdin: 'ignore',
        reject: false,
      });
      expect(stdout, 'plain Git shows it').toContain(secret);
    });

    it('what a stranger says of the work tree', async () => {
      await git(hostile.top, 'config', 'core.worktree', hostile.victim);
      const repository = await openRepository([hostile.top], { ripgrep: rgPath });
      await writeFile(join(hostile.victim, 'a.txt'), `${secret}\n`);
      const said = await everythingGitSays(repository);
      expect(said).not.toContain(secret);
      expect(said).toContain('+two');
      expect(await git(hostile.top, 'diff', 'HEAD')).toContain(secret);
    });

    it('what takes the place of its objects', async () => {
      const [head, victims] = [await git(hostile.top, 'rev-parse', 'HEAD'), places.id];
      await git(hostile.top, 'fetch', '--quiet', hostile.victim, 'main');
      await git(hostile.top, 'replace', '--force', head, victims);
      const repository = await openRepository([hostile.top], { ripgrep: rgPath });
      expect((await repository.gitLog(null, 5, calm)).map(({ subject }) => subject)).toEqual([
        'first',
      ]);
      expect(await git(hostile.top, 'log')).toContain(secret);
    });
  },
);
