import { describe, expect, it } from 'vitest';
import type { Repository } from '../../../../src/repository/repository';
import { calm, workspaceFolder } from '../workspaceFolder';

/** The texts that a plan stands for. */
async function texts(repository: Repository, glob: string, maxChars: number): Promise<string[]> {
  const plans = await repository.chunks({ glob }, maxChars, calm);
  return Promise.all(
    plans.map(async ({ pieces, chars }) => {
      const parts = await Promise.all(
        pieces.map(({ path, start, end }) => repository.read(path, start, end, calm)),
      );
      const text = parts.map((part) => part.text).join('');
      expect([...text]).toHaveLength(chars);
      return text;
    }),
  );
}

describe('chunks', () => {
  it('packs small files together and splits large ones on line ends', async () => {
    const big = Array.from({ length: 30 }, (_, i) => `line ${i + 1} of big\n`).join('');
    await using folder = await workspaceFolder({
      'a.txt': 'aaaa\n',
      'b.txt': 'bbbb\n',
      'big.txt': big,
      'c.txt': 'cccc',
    });
    const repository = await folder.open();
    const plans = await repository.chunks({ glob: '*.txt' }, 200, calm);
    expect(plans.every(({ chars }) => chars <= 200)).toBe(true);
    expect(plans[0]?.pieces).toEqual([
      { path: 'a.txt', start: 1, end: 1 },
      { path: 'b.txt', start: 1, end: 1 },
    ]);
    expect((await texts(repository, '*.txt', 200)).join('')).toBe(`aaaa\nbbbb\n${big}cccc`);
    expect(await texts(repository, '*.txt', 10_000)).toHaveLength(1);
  });

  it('counts characters, in every encoding', async () => {
    const text = 'é😀\r\nzweite\r\n';
    await using folder = await workspaceFolder({
      'a.txt': text,
      'b.txt': Buffer.from(`\uFEFF${text}`, 'utf16le'),
      'c.txt': Buffer.from('\xe9\xe9\n', 'latin1'),
      'd.txt': 'plain\r\nascii\r\n',
    });
    expect(await texts(await folder.open(), '*', 1000)).toEqual([
      'é😀\nzweite\né😀\nzweite\néé\nplain\nascii\n',
    ]);
  });

  it('leaves a line whole that is longer than a chunk', async () => {
    await using folder = await workspaceFolder({ 'min.js': `short\n${'x'.repeat(500)}\nshort\n` });
    const plans = await (await folder.open()).chunks({ glob: '*' }, 200, calm);
    expect(plans.map(({ chars }) => chars)).toEqual([6, 501, 6]);
  });

  it('leaves out binary and empty files, and keeps the order that was asked for', async () => {
    await using folder = await workspaceFolder({
      'a.txt': 'a\n',
      'b.png': Buffer.from([1, 0, 2]),
      'c.txt': '',
      'd.txt': 'd\n',
    });
    const repository = await folder.open();
    const paths = ['d.txt', './a.txt', 'b.png', 'c.txt', 'a.txt'];
    const [chunk] = await repository.chunks({ paths }, 200, calm);
    expect(chunk?.pieces.map(({ path }) => path)).toEqual(['d.txt', 'a.txt']);
    await expect(repository.chunks({ paths: ['e.txt'] }, 200, calm)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });
});
