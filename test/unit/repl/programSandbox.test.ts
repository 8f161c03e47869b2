import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { execa } from 'execa';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ConfineProgram,
  type ProgramNeeds,
  unconfinedPrograms,
} from '../../../src/ground/programConfinement';
import { resolveExecutable } from '../../../src/ground/resolveExecutable';
import { macProgramProfile, programSandbox } from '../../../src/repl/programSandbox';
import { openRepository } from '../../../src/repository/openRepository';
import { Programs } from '../../../src/repository/programs/programs';
import { Ripgrep } from '../../../src/repository/programs/ripgrep';
import { type TemporaryFolder, temporaryFolder } from '../../host/folders';
import { repetitions } from '../../host/repetitions';
import { calm, grepLines, pathsOf, query } from '../repository/workspaceFolder';

const nothing: ProgramNeeds = { readable: [], writable: [] };

describe.skipIf(process.platform !== 'linux')('programs in bubblewrap', () => {
  let confine: ConfineProgram;
  let works = false;
  let shell = '';
  let folder: TemporaryFolder;
  let repository: string;

  beforeAll(async () => {
    confine = programSandbox([]);
    // A shell that answers as a program would: what it reaches, any program would reach.
    shell = (await resolveExecutable('bash')) ?? '';
    const { file } = await confine({ file: rgPath, args: [], cwd: '/' }, nothing);
    works = file !== rgPath;
  });

  beforeEach(async ({ skip }) => {
    if (!works || shell === '') skip('bubblewrap does not work here.');
    folder = await temporaryFolder('program-sandbox');
    repository = join(folder.path, 'repository');
    await mkdir(repository);
    await writeFile(join(repository, 'a.txt'), 'needle\n');
    await writeFile(join(folder.path, 'secret'), 'secret');
  });

  afterEach(() => folder?.[Symbol.asyncDispose]());

  async function run(how: ConfineProgram, script: string, needs: Partial<ProgramNeeds> = {}) {
    const command = { file: shell, args: ['-c', script, 'sh', folder.path], cwd: repository };
    const all = { readable: [repository], writable: [], ...needs };
    const { file, args, cwd } = await how(command, all);
    const { stdout, exitCode } = await execa(file, args, { cwd, reject: false });
    return { stdout, exitCode };
  }

  it.each([
    ['read a file beside the repository', 'echo "$(< "$1/secret")"', 'secret'],
    ['write into the repository', 'echo x > b.txt && echo "$(< b.txt)"', 'x'],
    [
      'read the user’s files',
      'for f in /etc/passwd ~/.[a-z]*; do [ -e "$f" ] && echo some && break; done',
      'some',
    ],
    ['see other processes', '[ -e /proc/1 ] && echo some', 'some'],
    ['open a device', '[ -e /dev/zero ] && echo some', 'some'],
  ])('cannot %s, as they could without', async (_name, script, without) => {
    expect((await run(confine, script)).stdout).toBe('');
    expect((await run(unconfinedPrograms, script)).stdout).toBe(without);
  });

  it('leave nothing behind that waits, whenever a search is stopped', async () => {
    const ripgrep = new Ripgrep(rgPath, new Programs({ confine }));
    // Until it runs, bubblewrap is two processes, of which one waits for the other.
    for (let stopped = 0; stopped < repetitions(300, 80); stopped++) {
      const stop = new AbortController();
      const search = ripgrep.run({
        args: ['--files', './'],
        cwd: repository,
        signal: stop.signal,
        onData: () => true,
      });
      const timer = setTimeout(() => stop.abort(new Error('stopped')), (stopped % 40) / 4);
      await search.catch((error: unknown) => expect(error).toEqual(new Error('stopped')));
      clearTimeout(timer);
    }
  });

  it('cannot connect to anything, as they could without', async () => {
    const server = createServer((socket) => socket.end('hello\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const script = `exec 3<>/dev/tcp/127.0.0.1/${port} && read -r line <&3 && echo "$line"`;
      expect((await run(confine, script)).stdout).toBe('');
      expect((await run(unconfinedPrograms, script)).stdout).toBe('hello');
    } finally {
      server.close();
    }
  });

  it('cannot write beside the repository, as they could without', async () => {
    const script = 'echo x > "$1/b"';
    await run(confine, script);
    expect(existsSync(join(folder.path, 'b'))).toBe(false);
    await run(unconfinedPrograms, script);
    expect(existsSync(join(folder.path, 'b'))).toBe(true);
  });

  it('read and write what they are given', async () => {
    const scratch = join(folder.path, 'scratch');
    await mkdir(scratch);
    const script = 'echo "$(< a.txt)"; echo "$(< "$1/secret")" > "$1/scratch/copy"';
    const needs = { readable: [repository, join(folder.path, 'secret')], writable: [scratch] };
    expect((await run(confine, script, needs)).stdout).toBe('needle');
    expect(await readFile(join(scratch, 'copy'), 'utf8')).toBe('secret\n');
  });

  it('search a repository as they do without', async () => {
    await mkdir(join(folder.path, '.git'));
    await writeFile(join(folder.path, '.gitignore'), 'ignored.txt\n');
    await writeFile(join(repository, '.gitignore'), '*.log\n');
    await writeFile(join(repository, 'ignored.txt'), 'needle\n');
    await writeFile(join(repository, 'b.log'), 'needle\n');
    const closed = join(repository, 'closed.txt');
    await writeFile(closed, 'needle\n');
    await chmod(closed, 0o600);
    const unsaved = new Map([[join(repository, 'a.txt'), 'needle in an editor\n']]);
    const seen = vi.fn(confine);
    for (const how of [seen, unconfinedPrograms]) {
      const opened = await openRepository([repository], {
        ripgrep: rgPath,
        programs: { confine: how },
        unsaved: () => unsaved,
      });
      expect(await pathsOf(opened)).toEqual(['.gitignore', 'a.txt', 'closed.txt']);
      expect(await grepLines(opened, 'needle', { glob: '*.txt' })).toEqual([
        'a.txt:1:1:needle in an editor',
        'closed.txt:1:1:needle',
      ]);
      expect(await opened.count(query('needle', { path: 'closed.txt' }), calm)).toEqual(
        new Map([['closed.txt', 1]]),
      );
      expect((await opened.search('needle', 5, calm)).map(({ path }) => path)).toContain('a.txt');
      await expect(opened.grep(query('('), calm)).rejects.toMatchObject({ kind: 'bad-pattern' });
      expect(await opened.notices(calm)).toEqual([]);
    }
    expect(seen).toHaveBeenCalled();
  });

  it('are gone when they are given up', async () => {
    await execa('mkfifo', [join(repository, 'pipe')]);
    const stop = new AbortController();
    const command = { file: shell, args: ['-c', 'exec 3<>pipe; read -r -u 3'], cwd: repository };
    const { file, args, cwd } = await confine(command, { readable: [repository], writable: [] });
    const process = execa(file, args, {
      cwd,
      reject: false,
      cancelSignal: stop.signal,
      killSignal: 'SIGKILL',
    });
    // Its other end can be opened as long as it is there.
    const isThere = () => {
      try {
        closeSync(openSync(join(repository, 'pipe'), constants.O_WRONLY | constants.O_NONBLOCK));
        return true;
      } catch {
        return false;
      }
    };
    await vi.waitFor(() => expect(isThere()).toBe(true), 10_000);
    stop.abort();
    await process;
    expect(isThere()).toBe(false);
  });

  it('fail with a clear error when the wall can’t be built, never with "nothing found"', async () => {
    const broken: ConfineProgram = async (command, needs) =>
      confine(command, { ...needs, readable: [...needs.readable, join(folder.path, 'nowhere')] });
    const opened = await openRepository([repository], {
      ripgrep: rgPath,
      programs: { confine: broken },
    });
    await expect(opened.grep(query('needle'), calm)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/^ripgrep can't be started: bwrap: .*nowhere/),
    });
  });

  it('run as they are where there is no bubblewrap', async () => {
    vi.stubEnv('PATH', join(folder.path));
    try {
      const command = { file: rgPath, args: ['x'], cwd: repository };
      expect(await programSandbox([])(command, nothing)).toBe(command);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('are wrapped by none that a repository brings', async () => {
    const { PATH = '' } = process.env;
    const bin = join(repository, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'bwrap'), `#!/bin/sh\ntouch '${folder.path}/ran'\necho x\n`);
    await chmod(join(bin, 'bwrap'), 0o755);
    vi.stubEnv('PATH', `${bin}:${PATH}`);
    const command = { file: rgPath, args: ['x'], cwd: repository };
    try {
      await programSandbox([repository])(command, nothing);
      await expect(readFile(join(folder.path, 'ran'))).rejects.toThrow();
      await programSandbox([])(command, nothing);
      await readFile(join(folder.path, 'ran'));
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('the profile of a program for macOS', () => {
  const needs = { readable: ['/Users/me/a "b"'], writable: ['/private/tmp/scratch'] };
  const profile = macProgramProfile('/opt/bin/rg', needs, ['/opt/lib']);

  it('denies all that it does not name, and names no network', () => {
    expect(profile.startsWith('(version 1)\n(deny default)\n')).toBe(true);
    expect(profile).not.toMatch(/network|mach-lookup/);
    expect(profile).toContain('(allow file-read* (subpath "/Users/me/a \\"b\\""))');
  });

  it('lets nothing be written but what is to be', () => {
    expect(profile.match(/file-write\S* [^\n]*/g)).toEqual([
      'file-write* (subpath "/private/tmp/scratch"))',
      'file-write-data (literal "/dev/null"))',
    ]);
  });
});
