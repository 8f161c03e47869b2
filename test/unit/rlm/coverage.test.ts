import { describe, expect, it } from 'vitest';
import type { GrepMatch } from '../../../src/repository/repository';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { LineAnchors } from '../../../src/rlm/coverage/lineAnchors';
import { LineRanges } from '../../../src/rlm/coverage/lineRanges';

const line = (n: number, name = 'a') =>
  `  export const ${name}Value${n} = compute(${n} * 17); // ${name}`;
const textOf = (start: number, end: number, name = 'a') =>
  Array.from({ length: end - start + 1 }, (_, i) => `${line(start + i, name)}\n`).join('');
const file = (path: string, start: number, end: number, name = 'a') => ({
  path,
  text: textOf(start, end, name),
  start,
  end,
  totalLines: 1000,
});
const match = (path: string, n: number, column = 3): GrepMatch => ({
  path,
  line: n,
  column,
  text: line(n),
});

describe('LineRanges', () => {
  it('is a set of lines, whatever order they are added in', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const ranges = new LineRanges();
      const lines = new Set<number>();
      let random = seed;
      const next = (n: number) => {
        random = (Math.imul(random, 1103515245) + 12345) >>> 0;
        return (random >>> 8) % n;
      };
      for (let i = 0; i < 30; i++) {
        const start = 1 + next(60);
        const end = start + next(6);
        let news = false;
        for (let at = start; at <= end; at++) {
          news ||= !lines.has(at);
          lines.add(at);
        }
        expect(ranges.add(start, end)).toBe(news);
      }
      const all = ranges
        .ranges()
        .flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i));
      expect(all).toEqual([...lines].sort((a, b) => a - b));
      for (let at = 1; at < 70; at++) expect(ranges.has(at)).toBe(lines.has(at));
    }
  });
});

describe('LineAnchors', () => {
  it('knows any longer part of a text, indented or not', () => {
    const anchors = new LineAnchors();
    anchors.remember('src/a.ts', textOf(101, 300), 101);
    const part = textOf(150, 190).replace(/^ {2}/gm, '      ');
    expect(anchors.find(`Look at this:\n${part}What is it?`)).toEqual([
      { path: 'src/a.ts', start: 150, end: 190 },
    ]);
  });

  it('takes no more room for a text that is known already', () => {
    const anchors = new LineAnchors();
    for (let i = 0; i < 10; i++) anchors.remember('src/a.ts', textOf(1, 100), 1);
    expect(anchors.find(textOf(1, 100))).toEqual([{ path: 'src/a.ts', start: 1, end: 100 }]);
    expect(anchors.size).toEqual({ texts: 1, lines: 100 });
  });
});

describe('Coverage', () => {
  it('tells what is new at each step', () => {
    const coverage = new Coverage();
    expect(coverage.listed(['src/a.ts', 'src/b.ts'])).toHaveLength(2);
    expect(coverage.listed(['src/a.ts'])).toEqual([]);
    expect(coverage.counted(['src/b.ts'])).toEqual([{ path: 'src/b.ts', how: 'matched' }]);
    expect(coverage.matched([match('src/a.ts', 5), match('src/a.ts', 6)])).toEqual([
      { path: 'src/a.ts', how: 'matched', start: 5, end: 6 },
    ]);
    expect(coverage.read(file('src/a.ts', 1, 40))).toEqual([
      { path: 'src/a.ts', how: 'read', start: 1, end: 40 },
    ]);
    expect(coverage.read(file('src/a.ts', 10, 20))).toEqual([]);
    expect(coverage.sent(`Explain:\n${textOf(10, 30)}`)).toEqual([
      { path: 'src/a.ts', how: 'sent', start: 10, end: 30 },
    ]);
    expect(coverage.counts(9)).toMatchObject({
      filesTotal: 9,
      filesListed: 2,
      filesMatched: 2,
      filesRead: 1,
      filesSentToModels: 1,
    });
  });

  it('knows matches by their print and chunks by their header, as far as the prompt has them', () => {
    const coverage = new Coverage();
    coverage.matched([match('src/a.ts', 5), match('src/a.ts', 9), match('src/b.ts', 2)]);
    coverage.read({ path: 'x.txt', text: 'a\nb\nc\nd\n', start: 1, end: 4, totalLines: 4 });
    expect(coverage.sent('src/a.ts:9: whatever\nsrc/c.ts:1: unknown')).toEqual([
      { path: 'src/a.ts', how: 'sent', start: 9, end: 9 },
    ]);
    expect(coverage.sent('=== x.txt:1-4 ===\na\nb')).toEqual([
      { path: 'x.txt', how: 'sent', start: 1, end: 2 },
    ]);
  });

  it('knows documents by their text, and by what code calls them', () => {
    const one = new Coverage();
    one.about([{ name: 'notes.txt', text: textOf(1, 50) }]);
    expect(one.sent(textOf(10, 20))).toEqual([
      { path: 'notes.txt', how: 'sent', start: 10, end: 20 },
    ]);
    expect(one.sent('context:3: whatever')).toMatchObject([{ path: 'notes.txt', start: 3 }]);
    const two = new Coverage();
    two.about([
      { name: 'a.txt', text: 'a' },
      { name: 'b.txt', text: 'b\nc' },
    ]);
    expect(two.sent('=== context[1]:1-2 ===\nb\nc')).toEqual([
      { path: 'b.txt', how: 'sent', start: 1, end: 2 },
    ]);
    expect(two.counts(2)).toMatchObject({ filesTotal: 2, filesSentToModels: 1 });
  });

  it('lists what a search matched and nobody looked at', () => {
    const coverage = new Coverage();
    const matches = [1, 2, 50, 70].map((n) => match('src/a.ts', n));
    coverage.matched([...matches, match('src/b.ts', 3), match('src/c.ts', 8)]);
    coverage.read(file('src/a.ts', 40, 60));
    coverage.sent('src/b.ts:3: shown');
    expect(coverage.counts(3).unseenMatches).toEqual({
      lines: 4,
      files: 2,
      places: [
        {
          path: 'src/a.ts',
          lines: [
            [1, 2],
            [70, 70],
          ],
        },
        { path: 'src/c.ts', lines: [[8, 8]] },
      ],
    });
    coverage.read(file('src/a.ts', 1, 100));
    coverage.read(file('src/c.ts', 1, 100, 'c'));
    expect(coverage.counts(3).unseenMatches).toBeUndefined();
  });

  it('takes time linear in a text, whatever is in it', () => {
    const coverage = new Coverage();
    coverage.read(file('src/a.ts', 1, 40));
    const hostile = [
      ' '.repeat(2_000_000),
      '['.repeat(2_000_000),
      'a-1'.repeat(500_000),
      '1:'.repeat(500_000),
    ];
    const started = performance.now();
    for (const text of hostile) coverage.sent(text);
    // A quadratic step would take minutes.
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('stays small and quick on a repository of 70,000 files', () => {
    const coverage = new Coverage();
    const paths = Array.from({ length: 70_000 }, (_, i) => `packages/p${i % 700}/src/file${i}.ts`);
    const before = process.memoryUsage();
    const started = performance.now();
    coverage.listed(paths);
    coverage.counted(paths);
    for (const path of paths.slice(0, 20_000)) coverage.read(file(path, 1, 30, path));
    coverage.sent(textOf(1, 1000));
    const record = JSON.stringify(coverage.record(70_000));
    const elapsed = performance.now() - started;
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const grown = heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers;
    expect(coverage.counts(70_000)).toMatchObject({ filesMatched: 70_000, filesRead: 20_000 });
    expect(record.length).toBeLessThan(1_000_000);
    expect(grown).toBeLessThan(200 * 1024 * 1024);
    // Far more than it takes; a quadratic step would go beyond it.
    expect(elapsed).toBeLessThan(20_000);
  });
});
