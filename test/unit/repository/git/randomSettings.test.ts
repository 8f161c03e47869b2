import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectFolder } from '../../../host/folders';
import { repetitions } from '../../../host/repetitions';
import { git, type HostileFolder, hostileFolder } from './gitFixture';
import { askWithRandomSettings, writeSettings } from './randomRun';

/** Settings made at random that are tried, and how many more are traced. */
const count = repetitions(300, 40);
const traced = repetitions(300, 5);

/** Whether system calls can be traced here: strace is Linux's, and some containers forbid it. */
function canTrace(): boolean {
  if (process.platform !== 'linux') return false;
  return execaSync('strace', ['-f', 'true'], { reject: false }).exitCode === 0;
}

describe.skipIf(process.platform === 'win32')('settings and attributes made at random', () => {
  let hostile: HostileFolder;
  let trap: string;
  let outside: string;

  beforeEach(async () => {
    hostile = await hostileFolder();
    trap = await hostile.trap();
    outside = join(hostile.path, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'file'), `[diff]\nexternal=${trap}\n`);
    await git(hostile.victim, 'clone', '--quiet', '.', join(outside, 'repository'));
  });

  afterEach(() => hostile[Symbol.asyncDispose]());

  it(
    `start no program: ${count} of them`,
    async () => {
      const seeds = Array.from({ length: count }, (_, seed) => seed + 1);
      expect(await askWithRandomSettings(hostile.top, outside, trap, seeds)).toBe(4 * count);
      expect(await hostile.sprung()).toEqual([]);

      let sprung = 0;
      for (const seed of seeds.slice(0, 20)) {
        await writeSettings(hostile.top, outside, trap, seed);
        await plain(['diff', 'HEAD', '--']);
        sprung += (await hostile.sprung()).length;
        await rm(join(hostile.path, 'traps'), { recursive: true });
        await mkdir(join(hostile.path, 'traps'));
      }
      expect(sprung, 'plain Git falls for some').toBeGreaterThan(2);
    },
    60_000 + count * 5_000,
  );

  it.skipIf(!canTrace())(
    `open nothing outside, as strace (Linux) sees it: ${traced} of them`,
    async () => {
      const log = join(hostile.path, 'trace');
      const loader = join(projectFolder, 'test/host/typescript.mjs');
      const program = join(projectFolder, 'test/unit/repository/git/randomRun.ts');
      const node = [process.execPath, '--import', loader, program];
      const given = [hostile.top, outside, trap, '1000', String(traced)];
      const { stdout } = await execa('strace', [...trace(log), ...node, ...given], {
        cwd: projectFolder,
        stdin: 'ignore',
      });
      expect(stdout).toBe(String(4 * traced));
      const calls = await readFile(log, 'latin1');
      expect(calls).toContain('execve');
      const named = calls
        .split('\n')
        .filter((line) => line.includes(`"${outside}`) || line.includes(`"${trap}`))
        .filter((line) => !line.includes(program));
      expect(named).toEqual([]);
      expect(openedByGit(calls, hostile.top)).toEqual([]);
      const programs = new Set(
        [...calls.matchAll(/execve\("([^"]+)".*= 0$/gm)].map(([, path]) => path),
      );
      for (const path of programs) expect(path).toMatch(/\/(node|git|xargs|rg)$/);

      // Plain Git opens what the settings name.
      await writeFile(join(hostile.top, '.git/config'), `[include]\npath=${outside}/file\n`);
      await execa('strace', [...trace(log), 'git', 'diff', 'HEAD', '--'], {
        cwd: hostile.top,
        stdin: 'ignore',
        reject: false,
      });
      expect(await readFile(log, 'latin1')).toContain(`"${outside}/file"`);
    },
    120_000 + traced * 10_000,
  );

  function plain(args: readonly string[]): Promise<unknown> {
    const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    const options = {
      cwd: hostile.top,
      env,
      stdin: 'ignore',
      reject: false,
      timeout: 5_000,
    } as const;
    return execa('git', args, options);
  }
});

/** All calls that name a file, of all processes. */
function trace(log: string): readonly string[] {
  return ['-f', '-qq', '-s', '4096', '-e', 'trace=%file', '-o', log];
}

/** Absolute paths that a Git process opened and that are neither Fathom's, the system's nor objects. */
function openedByGit(calls: string, top: string): readonly string[] {
  const isGit = new Set<string>();
  const opened: string[] = [];
  const usual = new RegExp(
    `^(/usr/|/lib|/etc/|/dev/null$|/proc/|${join(tmpdir(), 'fathom-git-')}|${top}/\\.git/objects(/|$))`,
  );
  for (const line of calls.split('\n')) {
    const [, pid = '', call, path = ''] =
      /^(\d+) +(\w+)\((?:AT_FDCWD, )?"([^"]*)"/.exec(line) ?? [];
    if (call === 'execve' && /\/git$/.test(path)) isGit.add(pid);
    if (call !== 'openat' || !isGit.has(pid) || / = -1 /.test(line)) continue;
    if (path.startsWith('/') ? !usual.test(path) : path.includes('..')) opened.push(path);
  }
  expect(isGit.size).toBeGreaterThan(4);
  return opened;
}
