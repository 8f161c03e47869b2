import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Repository } from '../../../../src/repository/repository';
import { calm, type Files, type WorkspaceFolder, workspaceFolder } from '../workspaceFolder';

/** Commits count their dates from here, a minute apart: in the same second they would have no order. */
let clock = Date.parse('2026-01-01T00:00:00Z');

/** Runs Git as a developer would, without that developer's own settings. */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Nora', '-c', 'user.email=nora@localhost'];
  clock += 60_000;
  const date = new Date(clock).toISOString();
  const { stdout } = await execa('git', [...identity, ...args], {
    cwd,
    stdin: 'ignore',
    env: {
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    },
  });
  return stdout;
}

export async function commit(cwd: string, message: string): Promise<void> {
  await git(cwd, 'add', '--all', '--force');
  await git(cwd, 'commit', '--quiet', '--message', message);
}

/** What is in the victim's files and commits, and must never be seen. */
export const secret = 'VICTIM-SECRET';

/** A folder with a repository that a stranger made, and beside it what that stranger is after. */
export interface HostileFolder extends WorkspaceFolder {
  /** The stranger's repository. */
  readonly top: string;
  /** Another repository of the user, with `secret` in its only commit. */
  readonly victim: string;
  /** A file of the user whose first line is `secret`. */
  readonly token: string;
  /** A program that leaves a file behind when it is started. */
  trap(name?: string): Promise<string>;
  /** The traps that were fallen into. */
  sprung(): Promise<readonly string[]>;
}

export async function hostileFolder(files: Files = {}): Promise<HostileFolder> {
  const folder = await workspaceFolder();
  const [top, victim, traps, token] = ['hostile', 'victim', 'traps', 'token'].map((name) =>
    join(folder.path, name),
  ) as [string, string, string, string];
  for (const path of [top, victim, traps]) await mkdir(path);
  await writeFile(token, `${secret}\n`);
  await writeFile(join(victim, 'plan.txt'), `${secret}\n`);
  await git(victim, 'init', '--quiet', '--initial-branch=main');
  await commit(victim, secret);
  const own = { 'a.txt': 'one\n', 'sub/b.x': 'b\n', ...files };
  await folder.write(
    Object.fromEntries(Object.entries(own).map(([name, text]) => [`hostile/${name}`, text])),
  );
  await git(top, 'init', '--quiet', '--initial-branch=main');
  await commit(top, 'first');
  await writeFile(join(top, 'a.txt'), 'one\ntwo\n');
  return {
    ...folder,
    top,
    victim,
    token,
    async trap(name = 'trap') {
      const program = join(folder.path, `trap-${name}`);
      await writeFile(program, `#!/bin/sh\necho ran > '${join(traps, name)}'\n`);
      await chmod(program, 0o755);
      return program;
    },
    sprung: () => readdir(traps),
  };
}

/** What every Git function says of a repository, errors included, as one text. */
export async function everythingGitSays(
  repository: Repository,
  revision = 'HEAD',
): Promise<string> {
  const asked = [
    () => repository.gitLog(null, 5, calm),
    () => repository.gitLog('a.txt', 5, calm),
    () => repository.gitBlame('a.txt', 1, 1, calm),
    () => repository.gitShow(revision, null, calm),
    () => repository.gitShow(revision, 'a.txt', calm),
    () => repository.gitDiff(revision, null, null, calm),
    () => repository.gitDiff(revision, revision, null, calm),
    () => repository.gitRevisions(calm),
  ];
  const said: string[] = [];
  for (const ask of asked) {
    said.push(JSON.stringify(await ask().catch((error: Error) => `error: ${error.message}`)));
  }
  return said.join('\n');
}
