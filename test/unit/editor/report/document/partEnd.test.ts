import { describe, expect, it } from 'vitest';
import { fitting, growthOf } from '../../../../../src/editor/report/document/growth';
import { lineCount, partEnd } from '../../../../../src/editor/report/document/partEnd';
import type { ReportSection } from '../../../../../src/rlm/report/reportProgress';

const empty = { characters: 0, lines: 0 };
const limits = { characters: 80, lines: 8 };

describe('the end of a part', () => {
  it('is that of the text when it fits', () => {
    expect(partEnd('a\nb\n', [], empty, limits)).toBe(4);
    expect(partEnd('', [], { characters: 80, lines: 8 }, limits)).toBe(0);
  });

  it('is before a section that begins in the last eighth', () => {
    const text = `${'x'.repeat(71)}\n## B\n`;
    expect(partEnd(text, [72], empty, limits)).toBe(72);
    expect(partEnd(text, [60], empty, limits)).toBe(text.length);
    // Right at the beginning of what comes.
    expect(partEnd('## B\n', [0], { characters: 75, lines: 1 }, limits)).toBe(0);
  });

  it('is else at a line end after the limit, and in a line an eighth later', () => {
    expect(partEnd(`${'x'.repeat(85)}\nmore\n`, [], empty, limits)).toBe(86);
    expect(partEnd('x'.repeat(200), [], empty, limits)).toBe(90);
    expect(partEnd(`${'x'.repeat(89)}𝄞 and more`, [], empty, limits)).toBe(91);
  });

  it('counts lines, too', () => {
    expect(partEnd('a\n'.repeat(20), [], empty, limits)).toBe(16);
    expect(partEnd('a\n'.repeat(20), [14], { characters: 2, lines: 1 }, limits)).toBe(14);
    expect(lineCount('a\n\nb')).toBe(2);
  });

  it('always comes to an end, with all of the text', () => {
    const text = Array.from(
      { length: 300 },
      (_, n) => 'word '.repeat(n % 23) + '\n'.repeat(n % 3),
    ).join('');
    for (const batch of [1, 7, 64, 1000]) {
      const parts: string[] = [''];
      for (let at = 0; at < text.length; ) {
        const next = text.slice(at, at + batch);
        const part = parts.at(-1) ?? '';
        const size = { characters: part.length, lines: lineCount(part) };
        const end = partEnd(next, [], size, limits);
        parts[parts.length - 1] = part + next.slice(0, end);
        at += end;
        if (end < next.length) parts.push('');
      }
      expect(parts.join('')).toBe(text);
      expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(90);
    }
  });
});

describe('the text that a document grows by', () => {
  const section = (id: number, at: number | null): ReportSection => ({
    id,
    at,
    title: `S${id}`,
    level: 2,
    chars: 1,
    open: false,
  });

  it('is cut where sections begin, by bytes', () => {
    const bytes = Buffer.from('é\n## A\n\nü\n## B\n');
    const growth = growthOf(bytes, 10, [
      section(4, 9),
      section(1, 13),
      section(2, 22),
      section(5, 27),
      section(3, null),
    ]);
    expect(growth).toEqual({
      pieces: [
        { section: null, text: 'é\n' },
        { section: 1, text: '## A\n\nü\n' },
        { section: 2, text: '## B\n' },
      ],
      bytes: bytes.length,
    });
  });

  it('is as much as fits, in bytes as in characters', () => {
    const bytes = Buffer.from(`é${'x'.repeat(72)}\n## B\n`);
    const growth = growthOf(bytes, 0, [section(1, 75)]);
    expect(fitting(growth, empty, limits)).toEqual({
      pieces: [{ section: null, text: `é${'x'.repeat(72)}\n` }],
      bytes: 75,
    });
    expect(fitting(growth, empty, { characters: 1000, lines: 1000 })).toBe(growth);
  });
});
