import { describe, expect, it } from 'vitest';
import { calm, workspaceFolder } from '../workspaceFolder';

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
        '  src/ (2 files, 5 bytes)',
        '    deep/ (1 file, 3 bytes)',
        '    a.ts 2 bytes',
        '  .gitignore 4 bytes',
        '  README.md 1.5 KB',
      ].join('\n'),
    );
    expect(await repository.tree('src', 1, calm)).toBe(
      ['src/ (2 files, 5 bytes)', '  deep/ (1 file, 3 bytes)', '  a.ts 2 bytes'].join('\n'),
    );
    expect(await repository.tree('src/a.ts', 1, calm)).toBe('src/a.ts 2 bytes');
    await expect(repository.tree('nope', 1, calm)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('keeps to a readable length, and says what it leaves out', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`d${i % 40}/f${i}.txt`, 'x']),
    );
    await using folder = await workspaceFolder(files);
    const lines = (await (await folder.open()).tree('', 3, calm)).split('\n');
    expect(lines.length).toBeLessThanOrEqual(302);
    expect(lines[0]).toBe('./ (1,000 files, 1.0 KB)');
    expect(lines.filter((line) => line.includes('more file')).length).toBeGreaterThan(0);
  });
});
