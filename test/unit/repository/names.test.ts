import { mkdir, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repository } from '../../../src/repository/repository';
import { encodePath } from '../../../src/repository/text/pathCodec';
import { calm, pathsOf, query, type WorkspaceFolder, workspaceFolder } from './workspaceFolder';

const names = [
  ' leading space',
  '!bang',
  '#hash',
  '-rf',
  '--files',
  '[a]{b,c}*?.txt',
  '\\back\\slash',
  'colon:colon',
  'dir\udce9/caf\u00e9.txt',
  'line\nbreak',
  'quo"te\'',
  'trailing space ',
  'with space.txt',
  '\ud83d\ude00.txt',
  'bad\udcff\udcfe.txt',
].sort();

/** Names that only POSIX file systems that store bytes can hold. */
describe.skipIf(process.platform !== 'linux')('odd file names', () => {
  let folder: WorkspaceFolder;
  let repository: Repository;

  beforeAll(async () => {
    folder = await workspaceFolder();
    await mkdir(Buffer.concat([Buffer.from(`${folder.path}/dir`), Buffer.of(0xe9)]));
    for (const [index, name] of names.entries()) {
      const bytes = encodePath(name);
      if (bytes === null) throw new Error(name);
      await writeFile(
        Buffer.concat([Buffer.from(`${folder.path}/`), bytes]),
        `needle ${index}\nunique${index}\n`,
      );
    }
    const git = (...args: readonly string[]) => execa('git', args, { cwd: folder.path });
    await git('init', '--quiet');
    await git('add', '--all');
    await git(
      '-c',
      'user.name=N',
      '-c',
      'user.email=n@localhost',
      'commit',
      '--quiet',
      '-m',
      'All of them',
    );
    repository = await folder.open();
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  it('are listed', async () => {
    expect(await pathsOf(repository)).toEqual(names);
  });

  it('are found, counted and ranked', async () => {
    const { matches } = await repository.grep(query('needle'), calm);
    expect(matches.map(({ path }) => path)).toEqual(names);
    expect([...(await repository.count(query('needle'), calm)).keys()]).toEqual(names);
    const ranked = await repository.search('needle', 100, calm);
    expect(ranked.map(({ path }) => path).sort()).toEqual(names);
  });

  it('are packed into chunks, by name and by glob', async () => {
    for (const selection of [{ paths: names }, { glob: '**' }]) {
      const [chunk] = await repository.chunks(selection, 10_000, calm);
      expect(chunk?.pieces.map(({ path }) => path)).toEqual(names);
    }
  });

  it.each(names.map((name, index) => [name, index] as const))(
    '%j is read, searched and has a history',
    async (name, index) => {
      // A repository that has not listed anything yet has to look for itself.
      const fresh = await folder.open();
      expect((await fresh.read(name, 1, null, calm)).text).toBe(
        `needle ${index}\nunique${index}\n`,
      );
      const within = await fresh.grep(query('needle', { path: name }), calm);
      expect(within.matches.map(({ path }) => path)).toEqual([name]);
      expect(await fresh.gitLog(name, 5, calm)).toMatchObject([{ subject: 'All of them' }]);
      expect(await fresh.gitBlame(name, 2, 2, calm)).toContain(`unique${index}`);
      expect(await fresh.gitShow('HEAD', name, calm)).toBe(`needle ${index}\nunique${index}\n`);
      expect(await fresh.gitDiff('HEAD', null, name, calm)).toBe('');
    },
  );

  it('can be folders to search in', async () => {
    const { matches } = await repository.grep(query('needle', { path: 'dir\udce9' }), calm);
    expect(matches.map(({ path }) => path)).toEqual(['dir\udce9/café.txt']);
    expect(await repository.tree('', 2, calm)).toContain('"line\\nbreak"');
  });

  it('have one spelling', async () => {
    // The bytes of "é", escaped one by one, are not another name for it.
    expect(await repository.read('dir\udce9/caf\udcc3\udca9.txt', 1, 1, calm)).toMatchObject({
      path: 'dir\udce9/café.txt',
    });
    await expect(repository.read('a\ud800', 1, 1, calm)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });
});
