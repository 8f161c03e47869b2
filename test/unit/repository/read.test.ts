import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { calm, workspaceFolder } from './workspaceFolder';

const sample = 'Grüße, “quoted”\nsecond €\n';

describe('read', () => {
  it.each([
    ['UTF-8', Buffer.from(sample)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${sample}`)],
    ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${sample}`, 'utf16le')],
    ['UTF-16 BE with a mark', Buffer.from(`\uFEFF${sample}`, 'utf16le').swap16()],
    ['UTF-16 LE without', Buffer.from(sample, 'utf16le')],
    ['UTF-16 BE without', Buffer.from(sample, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from('Gr\xfc\xdfe, \x93quoted\x94\nsecond \x80\n', 'latin1')],
    ['UTF-8 with CRLF', Buffer.from(sample.replaceAll('\n', '\r\n'))],
  ])('reads %s', async (_name, bytes) => {
    await using folder = await workspaceFolder({ 'a.txt': bytes });
    expect(await (await folder.open()).read('a.txt', 1, null, calm)).toEqual({
      path: 'a.txt',
      text: sample,
      start: 1,
      end: 2,
      totalLines: 2,
    });
  });

  it('reads UTF-8 with a wrong byte as UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('Größe '), Buffer.from([0xff]), Buffer.from(' 日本')]);
    await using folder = await workspaceFolder({ 'a.txt': bytes });
    const { text } = await (await folder.open()).read('a.txt', 1, null, calm);
    expect(text).toBe('Größe \ufffd 日本');
  });

  it('gives ranges of lines that add up to the file', async () => {
    const text = 'one\ntwo\rstill two\n\nfour\u2028still four\nfive';
    await using folder = await workspaceFolder({ 'a.txt': text });
    const repository = await folder.open();
    const read = (start: number, end: number | null) => repository.read('a.txt', start, end, calm);
    expect(await read(2, 3)).toMatchObject({ text: 'two\rstill two\n\n', start: 2, end: 3 });
    expect(await read(5, null)).toMatchObject({ text: 'five', start: 5, end: 5, totalLines: 5 });
    expect(await read(4, 99)).toMatchObject({ start: 4, end: 5 });
    expect(await read(6, 9)).toMatchObject({ text: '', start: 6, end: 5, totalLines: 5 });
    expect(await read(3, 2)).toMatchObject({ text: '', start: 3, end: 2 });
    const pieces = await Promise.all([1, 2, 3, 4, 5].map((line) => read(line, line)));
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  });

  it('numbers lines as grep does', async () => {
    const text = 'a\r\nb\rb\n\fc\n\u2028d\nneedle\n';
    await using folder = await workspaceFolder({ 'a.txt': text });
    const repository = await folder.open();
    const found = await repository.grep(
      {
        pattern: 'needle',
        glob: null,
        path: null,
        ignoreCase: false,
        fixed: true,
        word: false,
        multiline: false,
        before: 0,
        after: 0,
        maxCount: 1,
      },
      calm,
    );
    const line = found.matches[0]?.line ?? 0;
    expect((await repository.read('a.txt', line, line, calm)).text).toBe('needle\n');
  });

  it('reads an empty file as no lines', async () => {
    await using folder = await workspaceFolder({ 'empty.txt': '' });
    expect(await (await folder.open()).read('empty.txt', 1, null, calm)).toEqual({
      path: 'empty.txt',
      text: '',
      start: 1,
      end: 0,
      totalLines: 0,
    });
  });

  it('refuses what is no text', async () => {
    await using folder = await workspaceFolder({
      'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
      'counts.bin': Buffer.from(Uint16Array.from({ length: 500 }, (_, i) => i).buffer),
      'dir/a.txt': 'x',
    });
    const repository = await folder.open();
    for (const path of ['logo.png', 'counts.bin']) {
      await expect(repository.read(path, 1, null, calm)).rejects.toMatchObject({
        kind: 'binary',
        message: expect.stringContaining(path),
      });
    }
    await expect(repository.read('dir', 1, null, calm)).rejects.toMatchObject({
      kind: 'bad-argument',
      message: expect.stringContaining('is a folder'),
    });
    await expect(repository.read('logo.png', 0, null, calm)).rejects.toMatchObject({
      kind: 'bad-argument',
    });
    await expect(repository.read('a\0b', 1, null, calm)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    await using folder = await workspaceFolder({ 'a.txt': 'needle' });
    await execa('mkfifo', [join(folder.path, 'pipe')]);
    const repository = await folder.open();
    await expect(repository.read('pipe', 1, null, calm)).rejects.toMatchObject({
      kind: 'bad-argument',
    });
    expect(await repository.fileCount(calm)).toBe(1);
  });
});
