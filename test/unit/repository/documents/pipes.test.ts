import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDocuments } from '../../../../src/repository/documents/openDocuments';
import { spoolStream } from '../../../../src/repository/documents/spoolStream';
import { bundledAssets } from '../../../../src/rlm/assets';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../../host/folders';

const assets = bundledAssets(join(projectFolder, 'dist'));

let folder: TemporaryFolder;
let spooled: string;
beforeEach(async () => {
  folder = await temporaryFolder('pipes');
  spooled = join(folder.path, 'spooled');
  await mkdir(spooled);
  vi.stubEnv('TMPDIR', spooled);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await folder[Symbol.asyncDispose]();
});

function namedPipe(): string {
  const path = join(folder.path, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

async function read(path: string, signal = new AbortController().signal) {
  await using opened = await openDocuments([{ name: 'pipe', from: 'file', path }], assets, signal);
  return opened.documents.map(({ text }) => text);
}

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  it('that nobody writes to is waited for until that is stopped', async () => {
    const stop = new AbortController();
    const reading = read(namedPipe(), stop.signal);
    await vi.waitFor(async () => expect(await readdir(spooled)).toHaveLength(1));
    stop.abort(new Error('Stopped.'));
    await expect(reading).rejects.toThrow('Stopped.');
    expect(await readdir(spooled)).toEqual([]);
  });

  it('whose writer has come to a halt is waited for until that is stopped', async () => {
    const path = namedPipe();
    const stop = new AbortController();
    const reading = read(path, stop.signal);
    await using writer = await open(path, constants.O_RDWR);
    await writer.write('some');
    await vi.waitFor(async () => expect(await readdir(spooled)).toHaveLength(1));
    stop.abort(new Error('Stopped.'));
    await expect(reading).rejects.toThrow('Stopped.');
    expect(await readdir(spooled)).toEqual([]);
  });

  it('is read to its end, whether the writer or the reader comes first', async () => {
    const path = namedPipe();
    const reading = read(path);
    await vi.waitFor(async () => expect(await readdir(spooled)).toHaveLength(1));
    await writeFile(path, 'from a command\n');
    expect(await reading).toEqual(['from a command\n']);
    const [texts] = await Promise.all([read(path), writeFile(path, 'again')]);
    expect(texts).toEqual(['again']);
  });

  it.runIf(process.platform === 'linux')(
    'of the shell is empty when its command wrote nothing',
    async () => {
      const shell = execa('bash', ['-c', 'exec 7< <(true); wait $!; echo $$; read -r']);
      const [pid] = await once(shell.stdout, 'data');
      expect(await read(`/proc/${Number(String(pid))}/fd/7`)).toEqual(['']);
      shell.stdin.end();
      await shell.catch(() => undefined);
    },
  );
});

describe('what is piped in', () => {
  it('is given up as soon as it is too large', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(1000, 'y'));
      },
    });
    const target = join(folder.path, 'in');
    const { signal } = new AbortController();
    await expect(spoolStream(endless, 'stdin', target, 100_000, signal)).rejects.toThrow(
      'stdin is too large: a document may have 0.0001 GB. Split it.',
    );
    expect(endless.destroyed).toBe(true);
  });
});
