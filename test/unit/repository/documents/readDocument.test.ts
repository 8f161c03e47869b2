import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReadingLimits } from '../../../../src/repository/documents/documentTask';
import { readDocument, readingLimits } from '../../../../src/repository/documents/readDocument';
import { bundledAssets } from '../../../../src/rlm/assets';
import { projectFolder, type TemporaryFolder, temporaryFolder } from '../../../host/folders';
import { makePdf } from '../../../host/makePdf';
import { makeWord, wordParagraph } from '../../../host/makeWord';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder('documents');
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

const { documents } = bundledAssets(join(projectFolder, 'dist'));
const { signal } = new AbortController();

async function read(name: string, content: Uint8Array, limits: Partial<ReadingLimits>) {
  const path = join(folder.path, name);
  await writeFile(path, content);
  const { dev, ino } = await stat(path, { bigint: true });
  const task = { path, dev, ino, name, target: join(folder.path, 'text') };
  return readDocument(task, documents, signal, { ...readingLimits, ...limits });
}

describe('reading a document', () => {
  it('that unpacks to far more than it is is given up', async () => {
    // 11 MB of XML from some 30 kB, and hundreds of megabytes of objects from that.
    const bomb = await makeWord(wordParagraph('a').repeat(200_000));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(read('bomb.docx', bomb, { heapMiB: 64 })).rejects.toThrow(
      /bomb\.docx takes more than 67 MB of memory to read/,
    );
  });

  it('that fills the heap in one step, which is fatal to its reader, is given up too', async () => {
    // Each entity is a text node of its own, in one list.
    const bomb = await makeWord(wordParagraph('&lt;'.repeat(2_000_000)));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(read('list.docx', bomb, { heapMiB: 64 })).rejects.toThrow(
      /list\.docx takes more than 67 MB of memory to read/,
    );
  });

  it('that takes too much memory outside of the heap is given up', async () => {
    const pages = makePdf(Array.from({ length: 2000 }, (_, page) => [`Page ${page}`]));
    await expect(read('much.pdf', pages, { memoryBytes: 1 })).rejects.toThrow(
      /much\.pdf takes more than 0 MB of memory to read/,
    );
  });

  it('that makes no progress is given up', async () => {
    const pages = makePdf(Array.from({ length: 2000 }, (_, page) => [`Page ${page}`]));
    await expect(read('slow.pdf', pages, { patienceMs: -1 })).rejects.toThrow(
      /slow\.pdf was given up: reading made no progress/,
    );
  });
});
