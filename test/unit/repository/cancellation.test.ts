import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Repository } from '../../../src/repository/repository';
import { query, workspaceFolder } from './workspaceFolder';

const operations: readonly [
  string,
  (repository: Repository, signal: AbortSignal) => Promise<unknown>,
][] = [
  ['grep', (repository, signal) => repository.grep(query('x'), signal)],
  ['count', (repository, signal) => repository.count(query('x'), signal)],
  ['files', (repository, signal) => repository.files(null, signal)],
  ['search', (repository, signal) => repository.search('two words', 5, signal)],
  ['chunks', (repository, signal) => repository.chunks({ glob: '*' }, 1000, signal)],
  ['tree', (repository, signal) => repository.tree('', 2, signal)],
  ['read', (repository, signal) => repository.read('a.txt', 1, null, signal)],
  ['fileCount', (repository, signal) => repository.fileCount(signal)],
];

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('cancelling', () => {
  it.each(operations)('%s before it starts rejects with the reason', async (_name, operate) => {
    await using folder = await workspaceFolder({ 'a.txt': 'x' });
    const reason = new Error('enough');
    await expect(operate(await folder.open(), AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  // A ripgrep that never ends: it says its process id and hangs.
  it.skipIf(process.platform === 'win32').each(operations)(
    '%s ends the process and rejects with the reason',
    async (_name, operate) => {
      await using folder = await workspaceFolder({ 'a.txt': 'x' });
      const pidFile = join(folder.path, '.git', 'pid');
      await folder.write({
        '.git/rg': `#!/bin/sh\necho $$ > '${pidFile}.new'\nmv '${pidFile}.new' '${pidFile}'\nexec sleep 600\n`,
      });
      const hanging = join(folder.path, '.git', 'rg');
      await chmod(hanging, 0o755);
      const repository = await folder.open({ ripgrep: hanging });
      const stop = new AbortController();
      const reason = new Error('enough');
      const outcome = operate(repository, stop.signal).then(
        () => 'finished',
        (error: unknown) => error,
      );
      const pid = await vi.waitFor(async () => Number(await readFile(pidFile, 'utf8')), 10_000);
      expect(isAlive(pid)).toBe(true);
      stop.abort(reason);
      expect(await outcome).toBe(reason);
      expect(isAlive(pid)).toBe(false);
    },
  );
});
