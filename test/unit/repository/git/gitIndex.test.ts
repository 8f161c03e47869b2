import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseIndex } from '../../../../src/repository/git/gitIndex';
import { RepositoryError } from '../../../../src/repository/repository';
import { seededRandom } from '../../../host/seededRandom';
import { calm, workspaceFolder } from '../workspaceFolder';
import { commit, git } from './gitFixture';

/** Index files that Git made, of each version. */
async function indexes(): Promise<readonly Buffer[]> {
  await using folder = await workspaceFolder({
    'a.txt': 'a\n',
    'sub/b.txt': 'b\n',
    'sub/c': 'c\n',
  });
  await git(folder.path, 'init', '--quiet');
  await commit(folder.path, 'first');
  const found: Buffer[] = [];
  for (const version of ['2', '3', '4']) {
    await git(folder.path, 'update-index', '--index-version', version);
    found.push(await readFile(join(folder.path, '.git/index')));
  }
  return found;
}

describe.skipIf(process.platform === 'win32')('an index', () => {
  it('that somebody damaged is refused, or names only files inside', async () => {
    const random = seededRandom(7);
    const outcomes = new Map<string, number>();
    for (const index of await indexes()) {
      for (let round = 0; round < 3_000; round += 1) {
        const bytes = Buffer.from(
          index.subarray(0, random() < 0.2 ? random() * index.length : undefined),
        );
        for (let change = 0; change < 1 + random() * 4 && bytes.length > 0; change += 1) {
          bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        }
        let outcome = 'read';
        try {
          for (const { path } of parseIndex(bytes, 40, () => true)) {
            expect(path).not.toMatch(/^\/|(^|\/)(\.\.?|\.git)(\/|$)/i);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RepositoryError);
          outcome = 'refused';
        }
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    }
    expect(outcomes.get('read')).toBeGreaterThan(100);
    expect(outcomes.get('refused')).toBeGreaterThan(100);
  });

  it.each(['../a', 'b/../../a', '/a.tx', '.git/', 'a/.GIT/x', './a', 'a//b'])(
    'that names %s is refused',
    async (path) => {
      const [index = Buffer.alloc(0)] = await indexes();
      const at = index.indexOf('a.txt');
      const bytes = Buffer.from(index);
      const name = path.padEnd(5, 'x').slice(0, 9);
      bytes.fill(0, at, at + 10);
      bytes.write(name, at, 'latin1');
      expect(() => parseIndex(bytes, 40, () => true)).toThrow(RepositoryError);
    },
  );

  it('that is split in two, or of a later version, is refused with the reason', async () => {
    await using folder = await workspaceFolder({ 'a.txt': 'a\n' });
    await git(folder.path, 'init', '--quiet');
    await commit(folder.path, 'first');
    await git(folder.path, 'update-index', '--split-index');
    const repository = await folder.open();
    await expect(repository.gitDiff('HEAD', null, null, calm)).rejects.toThrow('--no-split-index');
    expect(await repository.gitLog(null, 5, calm)).toHaveLength(1);
    const index = await readFile(join(folder.path, '.git/index'));
    index.writeUInt32BE(9, 4);
    await writeFile(join(folder.path, '.git/index'), index);
    await expect(repository.gitDiff('HEAD', null, null, calm)).rejects.toThrow('unknown version 9');
  });

  it('that lies about a file of the work tree does not hide that it changed', async () => {
    await using folder = await workspaceFolder({ 'a.txt': 'a\n' });
    await git(folder.path, 'init', '--quiet');
    await commit(folder.path, 'first');
    const file = join(folder.path, '.git/index');
    const index = await readFile(file);
    await writeFile(join(folder.path, 'a.txt'), 'b\n');
    // Times, size and all as they are now would say that nothing changed; the time of the change does not.
    index.writeUInt32BE(0, 12);
    await writeFile(file, index);
    expect(await (await folder.open()).gitDiff('HEAD', null, null, calm)).toContain('+b');
  });
});
