import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { calm, type WorkspaceFolder, workspaceFolder } from '../workspaceFolder';
import { commit, git } from './gitFixture';

describe.skipIf(process.platform === 'win32')('a secret file in the place of a tracked one', () => {
  let folder: WorkspaceFolder;
  const place = (name: string) => join(folder.path, name);

  beforeEach(async () => {
    folder = await workspaceFolder({ 'notes.txt': 'old\n', 'a.txt': 'a\n' });
    await git(folder.path, 'init', '--quiet', '--initial-branch=main');
    await commit(folder.path, 'First');
    await folder.write({ '.env': 'TOKEN=needle\n', 'a.txt': 'a\nb\n' });
    await rm(place('notes.txt'));
  });

  afterEach(() => folder[Symbol.asyncDispose]());

  it('is not shown by a diff, which says so, whether it was added or not', async () => {
    await link(place('.env'), place('notes.txt'));
    const repository = await folder.open();
    const said = async () => repository.gitDiff('HEAD', null, null, calm);
    for (const added of [false, true]) {
      if (added) await git(folder.path, 'add', 'notes.txt');
      const text = await said();
      expect(text).toContain('+b');
      expect(text).not.toContain('TOKEN');
      expect(text).toContain('(Not shown, because policy hides them: "notes.txt".)');
    }
    await expect(repository.gitBlame('notes.txt', 1, 1, calm)).rejects.toMatchObject({
      kind: 'excluded',
    });
  });

  it('is not shown either with what an editor has of it', async () => {
    await link(place('.env'), place('notes.txt'));
    const unsaved = new Map([[place('notes.txt'), 'TOKEN=unsaved\n']]);
    const repository = await folder.open({ unsaved: () => unsaved });
    const text = await repository.gitDiff('HEAD', null, null, calm);
    expect(text).toContain('+b');
    expect(text).not.toContain('TOKEN');
  });

  it('is shown where it has no such name, or the user allows it (control)', async () => {
    await writeFile(place('notes.txt'), 'TOKEN=needle\n');
    expect(await (await folder.open()).gitDiff('HEAD', null, null, calm)).toContain('+TOKEN');
    await rm(place('notes.txt'));
    await link(place('.env'), place('notes.txt'));
    const allowed = await folder.open({ allowSecrets: ['notes.txt'] });
    expect(await allowed.gitDiff('HEAD', null, null, calm)).toContain('+TOKEN');
    expect(await allowed.gitBlame('notes.txt', 1, 1, calm)).toContain('TOKEN');
  });
});
