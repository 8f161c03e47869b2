import { describe, expect, it } from 'vitest';
import type { GrepMatch } from '../../../src/repository/repository';
import { Coverage } from '../../../src/rlm/coverage/coverage';
import { hashLines, LineAnchors } from '../../../src/rlm/coverage/lineAnchors';
import { LineRanges } from '../../../src/rlm/coverage/lineRanges';
import { SeenLines } from '../../../src/rlm/coverage/seenLines';

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
    anchors.remember('src/a.ts', hashLines(textOf(101, 300)), 101);
    const part = textOf(150, 190).replace(/^ {2}/gm, '      ');
    expect(anchors.find(hashLines(`Look at this:\n${part}What is it?`))).toEqual([
      { path: 'src/a.ts', start: 150, end: 190, at: 1 },
    ]);
  });

  it('takes no more room for a text that is known already', () => {
    const anchors = new LineAnchors();
    for (let i = 0; i < 10; i++) anchors.remember('src/a.ts', hashLines(textOf(1, 100)), 1);
    expect(anchors.find(hashLines(textOf(1, 100)))).toEqual([
      { path: 'src/a.ts', start: 1, end: 100, at: 0 },
    ]);
    expect(anchors.size).toEqual({ texts: 1, lines: 100 });
  });
});

describe('SeenLines', () => {
  it('knows a line by its place and its text, and no other', () => {
    const seen = new SeenLines();
    for (let n = 1; n <= 100_000; n++) seen.add(`src/${n % 50}.ts`, n, n * 7919);
    const numbers = Array.from({ length: 100_000 }, (_, index) => index + 1);
    const known = (change: (n: number) => readonly [path: number, line: number, hash: number]) =>
      numbers.filter((n) => {
        const [path, at, hash] = change(n);
        return seen.has(`src/${path % 50}.ts`, at, hash);
      }).length;
    expect(known((n) => [n, n, n * 7919])).toBe(100_000);
    expect(known((n) => [n + 1, n, n * 7919])).toBe(0);
    expect(known((n) => [n, n + 50, n * 7919])).toBe(0);
    expect(known((n) => [n, n, n * 7919 + 1])).toBe(0);
  });
});

/** As the kernel shows lines of a file. */
const numbered = (path: string, start: number, lines: readonly string[]) =>
  [
    `=== ${path}:${start}-${start + lines.length - 1} ===`,
    ...lines.map((text, index) => `${start + index}\t${text}`),
  ].join('\n');

describe('what a prompt with line numbers holds', () => {
  // Short lines, and ones that are there several times: nothing tells where they are from.
  const code = 'a = {\n  b\n}\n\nif (x) {\n  b\n}\n\n12\t}\n'.repeat(20).split('\n').slice(0, -1);

  function opened(): Coverage {
    const coverage = new Coverage();
    const text = `${code.join('\n')}\n`;
    coverage.read({ path: 'a.js', text, start: 1, end: code.length, totalLines: code.length });
    coverage.read(file('src/long.ts', 1, 100));
    // The same text in another file, read before or after.
    coverage.read(file('src/copy.ts', 1, 100));
    return coverage;
  }
  const linesOf = (coverage: Coverage, prompt: string) =>
    coverage.sent(prompt).map(({ path, start, end }) => `${path}:${start}-${end}`);
  const shown = (start: number, end: number) => numbered('a.js', start, code.slice(start - 1, end));

  it('is exactly the lines that are shown, short ones too', () => {
    expect(linesOf(opened(), shown(10, 20))).toEqual(['a.js:10-20']);
    expect(linesOf(opened(), `Which?\n\n${shown(3, 3)}\nAnswer.`)).toEqual(['a.js:3-3']);
    expect(linesOf(opened(), `${shown(3, 4)}\n${shown(30, 32)}`)).toEqual([
      'a.js:3-4',
      'a.js:30-32',
    ]);
  });

  it('is known in an f-string, indented, and quoted', () => {
    expect(linesOf(opened(), `<code>${shown(10, 20)}\n</code>`)).toEqual(['a.js:10-20']);
    expect(linesOf(opened(), shown(10, 20).replace(/^/gm, '    '))).toEqual(['a.js:10-20']);
    expect(linesOf(opened(), shown(10, 20).replace(/^/gm, '> '))).toEqual(['a.js:10-20']);
  });

  it('is what is left where it was cut', () => {
    const lines = shown(1, 60).split('\n');
    const cut = [...lines.slice(0, 11), '[... 99 characters left out ...]', ...lines.slice(50)];
    expect(linesOf(opened(), cut.join('\n'))).toEqual(['a.js:1-10', 'a.js:50-60']);
    // Half a line is not the line.
    expect(linesOf(opened(), shown(1, 20).slice(0, -2))).toEqual(['a.js:1-19']);
    expect(linesOf(opened(), shown(5, 7).replace('if (x) {', '…(x) {'))).toEqual(['a.js:6-7']);
  });

  it('is known by its content where the header was cut off, by the right numbers', () => {
    const part = Array.from({ length: 21 }, (_, i) => `${20 + i}\t${line(20 + i)}`);
    expect(linesOf(opened(), part.join('\n'))).toEqual(['src/long.ts:20-40']);
    const wrong = part.map((text, i) => text.replace(/^\d+/, String(70 + i)));
    expect(linesOf(opened(), wrong.join('\n'))).toEqual([]);
  });

  it('is of the file that the header names, also where another has the same text', () => {
    const text = Array.from({ length: 11 }, (_, i) => line(20 + i));
    expect(linesOf(opened(), numbered('src/copy.ts', 20, text))).toEqual(['src/copy.ts:20-30']);
    expect(linesOf(opened(), `=== src/copy.ts:20-30 ===\n${text.join('\n')}`)).toEqual([
      'src/copy.ts:20-30',
    ]);
  });

  it('is nothing that was not read, whatever a header says', () => {
    const lies = ['def safe():', '    return True'];
    expect(linesOf(opened(), numbered('a.js', 1, lies))).toEqual([]);
    expect(linesOf(opened(), numbered('secret.js', 1, code.slice(0, 3)))).toEqual([]);
    expect(linesOf(opened(), `=== a.js:1-90 ===\n${lies.join('\n')}\n`)).toEqual([]);
    const unread = new Coverage();
    unread.read({ path: 'a.js', text: 'a = {\n', start: 1, end: 1, totalLines: 99 });
    expect(linesOf(unread, shown(1, 30))).toEqual(['a.js:1-1']);
  });

  it('goes on below a line that code has changed, but not past a gap that it can not see', () => {
    const text = Array.from({ length: 11 }, (_, i) => (i === 4 ? 'changed' : line(20 + i)));
    expect(linesOf(opened(), `=== src/copy.ts:20-30 ===\n${text.join('\n')}`)).toEqual([
      'src/copy.ts:20-23',
      'src/copy.ts:25-30',
    ]);
    const gap = [...code.slice(0, 6), '...', ...code.slice(22, 40)];
    expect(linesOf(opened(), `=== a.js:1-60 ===\n${gap.join('\n')}`)).toEqual(['a.js:1-6']);
  });

  it('is the text of documents, too', () => {
    const coverage = new Coverage();
    coverage.about([{ name: 'n.txt', text: 'a\nb\nc\n', firstLine: 7 }]);
    expect(linesOf(coverage, numbered('n.txt', 8, ['b', 'c']))).toEqual(['n.txt:8-9']);
    expect(linesOf(coverage, numbered('context', 7, ['a', 'lie']))).toEqual(['n.txt:7-7']);
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
