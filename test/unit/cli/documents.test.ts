import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentSources, pipedIn, standardInput } from '../../../src/cli/documents';
import { exitStatus, statusOfError, UsageError } from '../../../src/cli/exitStatus';
import { openSubject } from '../../../src/question/openSubject';
import { DocumentError } from '../../../src/repository/documents/documentError';
import { bundledAssets } from '../../../src/rlm/assets';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../host/folders';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('documents');
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const assets = bundledAssets(join(projectFolder, 'dist'));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, content);
  return path;
}

/** The documents' names and texts, of those that are held in memory. */
async function read(paths: readonly string[], stdin = '') {
  const question = {
    subject: { kind: 'documents', documents: await documentSources(paths) },
    exclude: [],
    allowSecretFiles: [],
    maxFileSize: 0,
    kernel: { outside: [] },
  } as const;
  const access = { assets, stdin: () => Readable.from([stdin]), secretAdvice: pipedIn, signal };
  await using opened = await openSubject(question, access);
  const { subject } = opened;
  if (subject.kind !== 'documents') throw new Error('Documents were asked about.');
  return subject.documents.map(({ name, text }) => ({ name, text }));
}

describe('the documents of --file', () => {
  it('reads documents in order, with their names', async () => {
    const paths = [await file('b.txt', 'second'), await file('a.txt', '')];
    expect(await read(paths)).toEqual([
      { name: 'b.txt', text: 'second' },
      { name: 'a.txt', text: '' },
    ]);
  });

  it('names documents by their paths where the names are the same', async () => {
    await mkdir(join(folder.path, 'sub'));
    const paths = [await file('a.txt', '1'), await file(join('sub', 'a.txt'), '2')];
    expect((await read(paths)).map(({ name }) => name)).toEqual(paths);
  });

  it.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from('Größe 日本')],
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffGröße 日本')],
    ['UTF-16', Buffer.from('\ufeffGröße 日本', 'utf16le')],
  ])('reads %s', async (_, bytes) => {
    expect(await read([await file('a.txt', bytes)])).toMatchObject([{ text: 'Größe 日本' }]);
  });

  it('reads Latin-1', async () => {
    expect(await read([await file('a.txt', Buffer.from('Größe', 'latin1'))])).toMatchObject([
      { text: 'Größe' },
    ]);
  });

  it.runIf(process.platform === 'linux')('reads a pipe, as <(command) makes one', async () => {
    const pipe = join(folder.path, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [documents] = await Promise.all([read([pipe]), writeFile(pipe, 'from a command')]);
    expect(documents).toEqual([{ name: 'pipe', text: 'from a command' }]);
  });

  it('reads standard input', async () => {
    expect(await read([standardInput], 'piped in\r\n')).toEqual([
      { name: 'stdin', text: 'piped in\n' },
    ]);
  });

  it('refuses secret files, through links too, and says how to ask about one all the same', async () => {
    await mkdir(join(folder.path, '.kube'));
    const secrets = [await file('.env', 'TOKEN=1'), await file('.kube/config', 'token: 1')];
    await symlink('.env', join(folder.path, 'notes.txt'));
    for (const path of [...secrets, join(folder.path, 'notes.txt')]) {
      await expect(read([path])).rejects.toThrow(DocumentError);
      await expect(read([path])).rejects.toThrow(
        /looks like .*secret files are not sent to models.*--file - < /,
      );
    }
    expect(await read([standardInput], 'TOKEN=1')).toEqual([{ name: 'stdin', text: 'TOKEN=1' }]);
  });

  it('reads standard input only once', async () => {
    await expect(read([standardInput, standardInput], 'piped in')).rejects.toThrow(
      new UsageError('Standard input can be read only once: use --file - once.'),
    );
  });

  it('says what is wrong with a document', async () => {
    const missing = join(folder.path, 'missing.txt');
    const why = await read([missing]).catch((error: unknown) => error);
    expect(statusOfError(why)).toBe(exitStatus.usage);
    await expect(read([missing])).rejects.toThrow('missing.txt: it does not exist');
    await expect(read([folder.path])).rejects.toThrow('is a folder, not a document. Use --folder');
    const binary = await file('a.bin', Uint8Array.from([1, 0, 2, 0, 0, 3, 255]));
    await expect(read([binary])).rejects.toThrow('a.bin is a binary file, not text');
  });
});
