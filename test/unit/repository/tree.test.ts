import { describe, expect, it } from 'vitest';
import { readableSize } from '../../../src/repository/tree';
import { calm, workspaceFolder } from './workspaceFolder';

describe('tree', () => {
  it('shows folders with what is in them, down to the depth', async () => {
    await using folder = await workspaceFolder({
      'README.md': 'x'.repeat(1500),
      'src/a.ts': 'xx',
      'src/deep/b.ts': 'xxx',
      '.gitignore': 'out\n',
      'out/c.js': 'x',
    });
    const repository = await folder.open();
    expect(await repository.tree('', 2, calm)).toBe(
      [
        './ (4 files, 1.5 KB)',
        '  src/ (2 files, 5 B)',
        '    deep/ (1 file, 3 B)',
        '    a.ts 2 B',
        '  .gitignore 4 B',
        '  README.md 1.5 KB',
      ].join('\n'),
    );
    expect(await repository.tree('src', 1, calm)).toBe(
      ['src/ (2 files, 5 B)', '  deep/ (1 file, 3 B)', '  a.ts 2 B'].join('\n'),
    );
    expect(await repository.tree('src/a.ts', 1, calm)).toBe('src/a.ts 2 B');
    await expect(repository.tree('nope', 1, calm)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('keeps to a readable length, and says what it leaves out', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`d${i % 40}/f${i}.txt`, 'x']),
    );
    await using folder = await workspaceFolder(files);
    const lines = (await (await folder.open()).tree('', 3, calm)).split('\n');
    expect(lines.length).toBeLessThanOrEqual(302);
    expect(lines[0]).toBe('./ (1000 files, 1.0 KB)');
    expect(lines.filter((line) => line.includes('more file')).length).toBeGreaterThan(0);
  });
});

describe('readableSize', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [12_345, '12 KB'],
    [1_234_567, '1.2 MB'],
  ])('%i is %s', (bytes, text) => {
    expect(readableSize(bytes)).toBe(text);
  });
});
