import { chmod, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { describe, expect, it, vi } from 'vitest';
import type { ProgramCommand } from '../../../../src/ground/programConfinement';
import { Programs } from '../../../../src/repository/programs/programs';
import { calm, query, workspaceFolder } from '../workspaceFolder';

const program = { name: 'Git', advice: 'Ask for less.', file: '/bin/git', args: [], cwd: '/' };

describe('Programs', () => {
  it('runs so many at once, and the others in the order they came in', async () => {
    const programs = new Programs({ atOnce: 2 });
    const begun: number[] = [];
    const ends = Array.from({ length: 6 }, () => Promise.withResolvers<void>());
    const runs = ends.map(({ promise }, index) =>
      programs.run({ ...program, signal: calm }, async () => {
        begun.push(index);
        await promise;
      }),
    );
    await vi.waitFor(() => expect(begun).toEqual([0, 1]));
    ends[1]?.resolve();
    await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]));
    expect(programs.running).toBe(2);
    for (const { resolve } of ends) resolve();
    await Promise.all(runs);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    expect(programs.running).toBe(0);
  });

  it('lets one that waits be given up, and one that fails makes room', async () => {
    const programs = new Programs({ atOnce: 1 });
    const first = Promise.withResolvers<void>();
    const running = programs.run({ ...program, signal: calm }, () => first.promise);
    const stop = new AbortController();
    const given = vi.fn(async () => {});
    const waiting = programs.run({ ...program, signal: stop.signal }, given);
    const last = programs.run({ ...program, signal: calm }, async () => 'last');
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    first.reject(new Error('broken'));
    await expect(running).rejects.toThrow('broken');
    expect(await last).toBe('last');
    expect(given).not.toHaveBeenCalled();
    await expect(
      programs.run({ ...program, signal: AbortSignal.abort(new Error('never')) }, given),
    ).rejects.toThrow('never');
  });

  it('ends what takes too long, and not what waits', async () => {
    const programs = new Programs({ atOnce: 1, deadlineMs: 50 });
    const hangs = (_: ProgramCommand, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const first = programs.run({ ...program, signal: calm }, hangs);
    const second = programs.run({ ...program, signal: calm }, async () => 'second');
    await expect(first).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'Git did not end within 0.05 s. Ask for less.',
    });
    expect(await second).toBe('second');
  });

  it('starts what the confinement says, with what the program needs', async () => {
    const confine = vi.fn(async (command: ProgramCommand) => ({ ...command, file: '/confined' }));
    const programs = new Programs({ confine });
    const needs = { readable: ['/objects'], writable: ['/scratch'] };
    const file = await programs.run({ ...program, ...needs, signal: calm }, async (it) => it.file);
    expect(file).toBe('/confined');
    expect(confine).toHaveBeenCalledWith(
      { file: '/bin/git', args: [], cwd: '/' },
      { readable: ['/', '/objects'], writable: ['/scratch'] },
    );
  });
});

describe.skipIf(process.platform === 'win32')('the processes of a repository', () => {
  /** A ripgrep that says in a folder that it runs, then waits for a file to appear. */
  async function waitingRipgrep(folder: string): Promise<string> {
    const file = join(folder, '.git', 'rg');
    const script = `#!/bin/sh\ntouch '${folder}/.git/running/'$$\nwhile [ ! -e '${folder}/.git/go' ]; do sleep 0.05; done\nrm '${folder}/.git/running/'$$\nexec '${rgPath}' "$@"\n`;
    await writeFile(file, script);
    await chmod(file, 0o755);
    return file;
  }

  it.each([
    ['16, whatever is asked at once', {}, 16],
    ['all, without the limit', { atOnce: 1000 }, 40],
  ])('are %s', async (_name, programs, most) => {
    await using folder = await workspaceFolder({ 'a.txt': 'x', '.git/running/.keep': '' });
    const ripgrep = await waitingRipgrep(folder.path);
    const repository = await folder.open({ ripgrep, programs });
    const running = join(folder.path, '.git', 'running');
    const asked = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? repository.grep(query('x'), calm) : repository.files('*.txt', calm),
    );
    await vi.waitFor(async () => expect((await readdir(running)).length - 1).toBe(most), {
      timeout: 20_000,
      interval: 50,
    });
    await rm(join(running, '.keep'));
    await writeFile(join(folder.path, '.git', 'go'), '');
    await Promise.all(asked);
    expect((await readdir(running)).length).toBe(0);
    expect((await stat(join(folder.path, 'a.txt'))).size).toBe(1);
  });
});
