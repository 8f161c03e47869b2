import { describe, expect, it } from 'vitest';
import { CoverageFolders } from '../../../src/trajectory/coverageFolders';

describe('CoverageFolders', () => {
  it('counts each file of a folder at every step that it reached', () => {
    const coverage = new CoverageFolders();
    coverage.add([
      { path: 'src/a/one.ts', how: 'listed' },
      { path: 'src/a/one.ts', how: 'read', start: 1, end: 20 },
      { path: 'src/two.ts', how: 'sent', start: 5, end: 9 },
      { path: 'README.md', how: 'listed' },
    ]);
    expect(coverage.rows('').rows).toEqual([
      { path: 'src/', counts: { listed: 2, matched: 2, read: 2, sent: 1 } },
      { path: 'README.md', counts: { listed: 1, matched: 0, read: 0, sent: 0 }, ranges: [] },
    ]);
    expect(coverage.rows('src/').rows.map(({ path }) => path)).toEqual(['src/two.ts', 'src/a/']);
  });

  it('joins the lines of a file that touch, of its closest step', () => {
    const coverage = new CoverageFolders();
    coverage.add([
      { path: 'a.ts', how: 'matched', start: 90, end: 90 },
      { path: 'a.ts', how: 'read', start: 21, end: 40 },
      { path: 'a.ts', how: 'read', start: 1, end: 20 },
      { path: 'a.ts', how: 'read', start: 60, end: 61 },
    ]);
    expect(coverage.rows('').rows[0]?.ranges).toEqual([
      [1, 40],
      [60, 61],
    ]);
  });

  it('sends a folder of any size as a few hundred rows and a number', () => {
    const coverage = new CoverageFolders();
    coverage.add(
      Array.from({ length: 70_000 }, (_, n) => ({ path: `src/${n}.ts`, how: 'listed' })),
    );
    const { rows, omitted } = coverage.rows('src/');
    expect([rows.length, omitted, coverage.size]).toEqual([500, 69_500, 70_000]);
  });
});
