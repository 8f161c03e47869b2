import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { appendFile, mkdir, open, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RepositoryError } from '../../../src/repository/repository';
import {
  openChecked,
  ReplacedFileError,
  readCheckedSync,
  readWhole,
  TooManyBytesError,
} from '../../../src/repository/text/checkedFile';
import { temporaryFolder } from '../../host/folders';
import { calm, workspaceFolder } from './workspaceFolder';

/** Puts `other` in the place of `path`, and back, as fast as it can, until it is disposed. */
async function swapping(path: string, other: string): Promise<AsyncDisposable> {
  const program = `
    const { renameSync } = require('node:fs');
    const [path, other] = process.argv.slice(1);
    const swap = (one, two) => { renameSync(one, one + '.held'); renameSync(two, one); renameSync(one + '.held', two); };
    process.stdout.write('swapping');
    for (let until = Date.now() + 120_000; Date.now() < until; ) { swap(path, other); swap(path, other); }
  `;
  const child = spawn(process.execPath, ['-e', program, path, other], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What reading says, `times` and on until it said two things; no longer than it reads what is outside. */
async function attempts(times: number, read: () => Promise<string>): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (let count = 0; (count < times || seen.size < 2) && !seen.has('outside'); count += 1) {
    seen.add(
      await read().catch((error: unknown) => {
        if (error instanceof RepositoryError || error instanceof ReplacedFileError)
          return 'refused';
        const code = error instanceof Error && 'code' in error ? error.code : null;
        if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO') return 'refused';
        throw error;
      }),
    );
  }
  return seen;
}

describe.runIf(process.platform === 'linux')('a file whose folder becomes a link meanwhile', () => {
  async function prepared() {
    const folder = await workspaceFolder({
      'in/sub/a.txt': 'inside',
      'in/other.txt': 'other',
      'out/a.txt': 'outside',
    });
    const top = join(folder.path, 'in');
    await symlink(join(folder.path, 'out'), join(folder.path, 'away'));
    return { folder, top, path: join(top, 'sub', 'a.txt') };
  }

  it('gives another text to who checks the path and then opens it (control)', async () => {
    const { folder, top, path } = await prepared();
    await using _folder = folder;
    await using _swapping = await swapping(join(top, 'sub'), join(folder.path, 'away'));
    const seen = await attempts(Number.POSITIVE_INFINITY, async () => {
      const real = await realpath(path);
      if (!real.startsWith(top)) return 'refused';
      return readFile(real, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW });
    });
    expect(seen).toContain('outside');
  }, 120_000);

  it('is read or refused, never another', async () => {
    const { folder, top } = await prepared();
    await using _folder = folder;
    const { openRepository } = await import('../../../src/repository/openRepository');
    const { rgPath } = await import('@vscode/ripgrep');
    const repository = await openRepository([top], { ripgrep: rgPath });
    await repository.files(null, calm);
    await using _swapping = await swapping(join(top, 'sub'), join(folder.path, 'away'));
    const seen = await attempts(400, async () => {
      return (await repository.read('sub/a.txt', 1, null, calm)).text;
    });
    expect([...seen].sort()).toEqual(['inside', 'refused']);
  }, 120_000);

  it('is not read for chunks, nor by who opens what was checked', async () => {
    const { folder, top, path } = await prepared();
    await using _folder = folder;
    await using _swapping = await swapping(join(top, 'sub'), join(folder.path, 'away'));
    const read = () => readCheckedSync(path, 100, () => undefined).toString();
    expect([...(await attempts(20_000, async () => read()))].sort()).toEqual(['inside', 'refused']);
    const opened = await attempts(2_000, async () => {
      await using file = await openChecked(path, null);
      return (await readWhole(file, 100, calm)).toString();
    });
    expect([...opened].sort()).toEqual(['inside', 'refused']);
  }, 120_000);
});

describe('what was opened', () => {
  it('is not what a link leads to, a folder, or a pipe that nobody writes', async () => {
    await using folder = await temporaryFolder('checked');
    const path = join(folder.path, 'link');
    await writeFile(join(folder.path, 'a.txt'), 'x');
    await symlink(join(folder.path, 'a.txt'), path);
    await mkdir(join(folder.path, 'folder'));
    await expect(openChecked(path, null)).rejects.toThrow(ReplacedFileError);
    await expect(openChecked(join(folder.path, 'folder'), null)).rejects.toThrow(ReplacedFileError);
    if (process.platform === 'win32') return;
    const pipe = join(folder.path, 'pipe');
    await once(spawn('mkfifo', [pipe]), 'exit');
    await expect(openChecked(pipe, null)).rejects.toThrow(ReplacedFileError);
    expect(() => readCheckedSync(pipe, 100, () => undefined)).toThrow(ReplacedFileError);
  });

  it('is not what a folder leads to that is a link', async () => {
    await using folder = await temporaryFolder('checked');
    await mkdir(join(folder.path, 'real'));
    await writeFile(join(folder.path, 'real', 'a.txt'), 'x');
    await symlink('real', join(folder.path, 'link'));
    await expect(openChecked(join(folder.path, 'link', 'a.txt'), null)).rejects.toThrow(
      ReplacedFileError,
    );
    await using file = await openChecked(join(folder.path, 'real', 'a.txt'), null);
    expect((await readWhole(file, 1, calm)).toString()).toBe('x');
  });

  it('is not another file of that name', async () => {
    await using folder = await temporaryFolder('checked');
    const [path, other] = [join(folder.path, 'a.txt'), join(folder.path, 'b.txt')];
    await writeFile(path, 'a');
    await writeFile(other, 'b');
    await using file = await open(other);
    const identity = await file.stat({ bigint: true });
    await expect(openChecked(path, identity)).rejects.toThrow(ReplacedFileError);
  });

  it('is read up to a limit, also when it grows meanwhile', async () => {
    await using folder = await temporaryFolder('checked');
    const path = join(folder.path, 'a.log');
    await writeFile(path, 'x'.repeat(1000));
    await using file = await openChecked(path, null);
    expect(await readWhole(file, 1000, calm)).toHaveLength(1000);
    await expect(readWhole(file, 999, calm)).rejects.toThrow(TooManyBytesError);
    let grown = 0;
    const growing = {
      stat: async () => ({ size: 1000 }),
      read: async (into: Buffer, offset: number, length: number, position: number) => {
        // One more line for each that is read: without a limit this has no end.
        if (grown++ < 100_000) await appendFile(path, 'y'.repeat(1000));
        return file.read(into, offset, length, position);
      },
    };
    await expect(readWhole(growing, 50_000, calm)).rejects.toThrow(TooManyBytesError);
    expect(grown).toBeLessThan(1000);
  });

  it.runIf(process.platform === 'linux')(
    'is read up to a limit where no size is known',
    async () => {
      const path = `/proc/${process.pid}/smaps`;
      await using file = await openChecked(path, null);
      await expect(readWhole(file, 2000, calm)).rejects.toThrow(TooManyBytesError);
      expect(() => readCheckedSync(path, 2000, () => undefined)).toThrow(TooManyBytesError);
      expect((await readWhole(file, 10_000_000, calm)).length).toBeGreaterThan(2000);
    },
  );
});
