import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSubject } from '../../../src/question/openSubject';
import type { SubjectSource } from '../../../src/question/question';
import { bundledAssets } from '../../../src/rlm/assets';
import { fakeLanguageServers } from '../../host/fakeLanguageServers';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../host/folders';

const assets = bundledAssets(join(projectFolder, 'dist'));

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('subject');
  await mkdir(join(folder.path, '.kube'));
  await writeFile(join(folder.path, '.kube/config'), 'token: 1\n');
  await symlink('.kube/config', join(folder.path, 'notes.txt'));
});
afterEach(() => folder[Symbol.asyncDispose]());

/** The texts of documents of the editor. */
async function textsOf(document: SubjectSource, allowSecretFiles: readonly string[] = []) {
  const question = {
    subject: { kind: 'documents', documents: [document] },
    allowSecretFiles,
    exclude: [],
    maxFileSize: 1000,
    kernel: { outside: [] },
  } as const;
  const access = {
    assets,
    secretAdvice: () => 'Add it to fathom.allowSecretFiles.',
    unsaved: () => new Map<string, string>(),
    languageServers: fakeLanguageServers(folder.path),
    signal: new AbortController().signal,
  };
  await using opened = await openSubject(question, access);
  const { subject } = opened;
  return subject.kind === 'documents' ? subject.documents.map(({ text }) => text) : [];
}

const refusal = /looks like credentials, and secret files are not sent.*fathom\.allowSecretFiles/;

describe('a question of the editor about a document', () => {
  it('is not asked about a secret file outside of the workspace, which only its path shows', async () => {
    const path = join(folder.path, '.kube/config');
    await expect(textsOf({ name: 'config', from: 'file', path })).rejects.toThrow(refusal);
  });

  it('is not asked about a link to a secret file', async () => {
    const path = join(folder.path, 'notes.txt');
    await expect(textsOf({ name: 'notes.txt', from: 'file', path })).rejects.toThrow(refusal);
  });

  it('is not asked about the text of a secret file that an editor has', async () => {
    const text = { name: 'config', from: 'text', text: 'token: 2', firstLine: 1 } as const;
    const path = join(folder.path, '.kube/config');
    await expect(textsOf({ ...text, path })).rejects.toThrow(refusal);
    await expect(textsOf({ ...text, path: '.kube/config' })).rejects.toThrow(refusal);
    expect(await textsOf(text)).toEqual(['token: 2']);
  });

  it('is asked about what the user allows, by its path in the workspace or its whole path', async () => {
    const path = join(folder.path, '.kube/config');
    const kept = { name: '.kube/config', from: 'file', path } as const;
    expect(await textsOf(kept, ['.kube/config'])).toEqual(['token: 1\n']);
    expect(await textsOf({ ...kept, name: 'config' }, ['config'])).toEqual(['token: 1\n']);
    await expect(textsOf(kept, ['other/config'])).rejects.toThrow(refusal);
  });

  it('is asked about a link to a secret file where that file is allowed, not the link', async () => {
    const path = join(folder.path, 'notes.txt');
    const link = { name: 'notes.txt', from: 'file', path } as const;
    await expect(textsOf(link, ['notes.txt'])).rejects.toThrow(refusal);
    expect(await textsOf(link, ['config'])).toEqual(['token: 1\n']);
  });
});
