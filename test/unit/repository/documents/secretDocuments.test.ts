import { execFileSync } from 'node:child_process';
import { link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DocumentSource,
  openDocuments,
} from '../../../../src/repository/documents/openDocuments';
import { refuseSecrets } from '../../../../src/repository/documents/refuseSecrets';
import { bundledAssets } from '../../../../src/rlm/assets';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../../host/folders';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('documents');
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const assets = bundledAssets(join(projectFolder, 'dist'));
const calm = new AbortController().signal;

async function put(name: string, text: string): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

function refuse(path: string, allowed: readonly string[] = []): Promise<readonly DocumentSource[]> {
  const source: DocumentSource = { name: 'report', from: 'file', path };
  return refuseSecrets([source], allowed, () => 'Advice.', join(folder.path, 'home'));
}

async function textOf(sources: readonly DocumentSource[]): Promise<string> {
  await using opened = await openDocuments(sources, assets, calm);
  const text = opened.documents[0]?.text ?? '';
  return typeof text === 'string' ? text : (await text.all()).toString();
}

describe('a document', () => {
  it.each([
    ['home/.ssh/id_work', 'x/report.txt'],
    ['home/.config/gh/hosts.yml', 'report.txt'],
    ['x/.env', 'x/report.txt'],
    ['x/.env', 'x/y/z/report.txt'],
    ['x/server.key.old', 'x/report.txt'],
  ])('that is also called %s is refused', async (secret, name) => {
    const path = join(folder.path, name);
    await mkdir(dirname(path), { recursive: true });
    await link(await put(secret, 'TOKEN'), path);
    await expect(refuse(path)).rejects.toThrow('report looks like a secret file elsewhere');
    // What the user allows is allowed, by the name it has here.
    expect(await textOf(await refuse(path, ['**/report.txt']))).toBe('TOKEN');
    // The same file when it has that name no more (control).
    await rm(join(folder.path, secret));
    expect(await textOf(await refuse(path))).toBe('TOKEN');
  });

  it('is refused behind a link and under a name of its own', async () => {
    const path = join(folder.path, 'report.txt');
    await symlink(await put('.env', 'TOKEN'), path);
    await expect(refuse(path)).rejects.toThrow('looks like environment variables');
  });

  it.each([
    ['small', 10],
    ['of a size that a process of its own reads', 3_000_000],
  ])('%s is the one that was looked at, or none', async (_, length) => {
    const path = await put('report.txt', 'a'.repeat(length));
    const secret = await put('.env', 'TOKEN'.repeat(length));
    const checked = await refuse(path);
    expect(await textOf(checked)).toBe('a'.repeat(length));
    await rename(path, `${path}.held`);
    await symlink(secret, path);
    // Without what was looked at it is read (control).
    expect(await textOf([{ name: 'report', from: 'file', path }])).toContain('TOKEN');
    await expect(textOf(checked)).rejects.toThrow(
      "report can't be read: another file was put in its place while it was opened. Ask again.",
    );
    await rm(path);
    await rename(secret, path);
    await expect(textOf(checked)).rejects.toThrow('another file was put in its place');
    await rm(path);
    await rename(`${path}.held`, path);
    expect(await textOf(checked)).toBe('a'.repeat(length));
  });

  it.skipIf(process.platform === 'win32')(
    'that was a pipe may not be a file in the end',
    async () => {
      const path = join(folder.path, 'pipe');
      execFileSync('mkfifo', [path]);
      const checked = await refuse(path);
      await rm(path);
      await symlink(await put('.env', 'TOKEN'), path);
      await expect(textOf(checked)).rejects.toThrow('another file was put in its place');
    },
  );

  it('may be a link, or lie behind one', async () => {
    await put('real/a.txt', 'text');
    await symlink('real', join(folder.path, 'folder'));
    await symlink('folder/a.txt', join(folder.path, 'link'));
    for (const name of ['link', 'folder/a.txt', 'real/../link']) {
      expect(await textOf(await refuse(join(folder.path, name)))).toBe('text');
    }
  });
});
