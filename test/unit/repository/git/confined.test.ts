import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConfineProgram, unconfinedPrograms } from '../../../../src/ground/programConfinement';
import { resolveExecutable } from '../../../../src/ground/resolveExecutable';
import { programSandbox } from '../../../../src/repl/programSandbox';
import { calm, type WorkspaceFolder, workspaceFolder } from '../workspaceFolder';
import { commit, everythingGitSays, git } from './gitFixture';

describe.skipIf(process.platform !== 'linux')('Git in bubblewrap', () => {
  let folder: WorkspaceFolder;
  let shell = '';
  let program = '';
  let confine: ConfineProgram;

  beforeEach(async ({ skip }) => {
    confine = programSandbox([]);
    shell = (await resolveExecutable('bash')) ?? '';
    program = (await resolveExecutable('git')) ?? '';
    const nothing = { readable: [], writable: [] };
    const { file } = await confine({ file: program, args: [], cwd: '/' }, nothing);
    if (file === program || shell === '') skip('bubblewrap does not work here.');
    folder = await workspaceFolder({ 'a.txt': 'one\n', 'sub/b.x': 'b\n' });
    await folder.writeBytes(Buffer.from('caf\xe9.txt', 'latin1'), 'odd\n');
    await git(folder.path, 'init', '--quiet', '--initial-branch=main');
    await commit(folder.path, 'first');
    await folder.write({ 'a.txt': 'one\ntwo\n' });
    await folder.writeBytes(Buffer.from('caf\xe9.txt', 'latin1'), 'odd\nchanged\n');
  });

  afterEach(() => folder?.[Symbol.asyncDispose]());

  /** All that Git says, of names that are not UTF-8 as well. */
  async function allOf(how: ConfineProgram): Promise<string> {
    const repository = await folder.open({ programs: { confine: how } });
    const odd = (await repository.files('caf*', calm)).map(({ path }) => path)[0] ?? '';
    const said = [
      await everythingGitSays(repository),
      JSON.stringify(await repository.gitLog(odd, 5, calm)),
      await repository.gitBlame(odd, 1, 2, calm),
      await repository.gitShow('HEAD', odd, calm),
      await repository.gitDiff('HEAD', null, odd, calm),
    ];
    // The time of what is not committed is that of asking.
    return said.join('\n').replaceAll(/\d{4}-\d{2}-\d{2} /g, '');
  }

  it('says the same as outside, of names that are not UTF-8 as well', async () => {
    const seen = vi.fn(confine);
    const said = await allOf(seen);
    expect(said).toContain('+two');
    expect(said).toContain('+changed');
    expect(said).not.toContain('error:');
    expect(said).toBe(await allOf(unconfinedPrograms));
    expect(seen.mock.calls.filter(([{ file }]) => file === program).length).toBeGreaterThan(10);
  });

  it('is shown nothing but its own folder and the objects, and writes nowhere', async () => {
    const seen = vi.fn(confine);
    const repository = await folder.open({ programs: { confine: seen } });
    await repository.gitDiff('HEAD', null, null, calm);
    await repository.gitBlame('a.txt', 1, 2, calm);
    const needs = seen.mock.calls.filter(([{ file }]) => file === program).map(([, all]) => all);
    expect(needs.length).toBeGreaterThan(3);
    const objects = join(folder.path, '.git', 'objects');
    for (const { readable, writable } of needs) {
      expect(writable).toEqual([]);
      const others = readable.filter((path) => path !== objects);
      expect(readable).toContain(objects);
      expect(
        others.every((path) => /\/fathom-git-\d+-[^/]+\/(git|objects|scratch-\w+)$/.test(path)),
      ).toBe(true);
    }

    // What a shell reaches in there, Git would reach.
    const [command, given] = seen.mock.calls.findLast(([{ file }]) => file === program) ?? [];
    if (!command || !given) throw new Error('Git was not started.');
    const reach = async (how: ConfineProgram, script: string) => {
      const asked = { file: shell, args: ['-c', script, 'sh', folder.path], cwd: command.cwd };
      const { file, args, cwd } = await how(asked, {
        ...given,
        readable: given.readable.filter((path) => !path.includes('/scratch-')),
      });
      return (await execa(file, args, { cwd, reject: false })).stdout;
    };
    const tries = [
      'read -r x < "$1/a.txt" && echo some',
      'read -r x < "$1/.git/config" && echo some',
      'read -r x < "$1/.git/HEAD" && echo some',
      'read -r x < /etc/passwd && echo some',
      'echo x > "$1/.git/objects/new" && echo some',
      'echo x > ./new && echo some',
    ];
    for (const script of tries) {
      expect(await reach(confine, script), script).toBe('');
      expect(await reach(unconfinedPrograms, script), script).toBe('some');
    }
    await rm(join(command.cwd, 'new'));
    expect(await reach(confine, 'read -r x < HEAD && echo "$x"')).toContain('refs/heads/main');
    expect(
      await reach(
        confine,
        'for x in "$1"/.git/objects/??; do [ -d "$x" ] && echo some && break; done',
      ),
    ).toBe('some');
  });

  it('says that it can’t be started when the wall can’t be built', async () => {
    const broken: ConfineProgram = (command, needs) =>
      confine(command, { ...needs, readable: [...needs.readable, join(folder.path, 'nowhere')] });
    const repository = await folder.open({ programs: { confine: broken } });
    await expect(repository.gitLog(null, 5, calm)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/^Git can't be started: bwrap: .*nowhere/),
    });
  });

  it('that was killed in there is not taken for one that refused', async () => {
    const killed: ConfineProgram = (command, needs) =>
      confine({ ...command, file: shell, args: ['-c', 'exit 137'] }, needs);
    const repository = await folder.open({ programs: { confine: killed } });
    await expect(repository.gitLog(null, 5, calm)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
