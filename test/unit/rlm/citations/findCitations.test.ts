import { describe, expect, it } from 'vitest';
import { findCitations } from '../../../../src/rlm/citations/findCitations';

const places = (text: string) =>
  findCitations(text).map(({ path, start, end }) => `${path}:${start}-${end}`);

/** A form of a place: text, and what it cites. */
const forms: readonly (readonly [text: string, ...places: string[]])[] = [
  // Plain
  ['See src/a.ts:10.', 'src/a.ts:10-10'],
  ['See `src/a.ts:10-12`, and (lib/b.py:3).', 'src/a.ts:10-12', 'lib/b.py:3-3'],
  ['`docs/my file.md:4`', 'docs/my file.md:4-4'],
  ['./src/a.ts:5', 'src/a.ts:5-5'],
  ['pages/[id]/größe.tsx:5', 'pages/[id]/größe.tsx:5-5'],
  [
    'app/(group)/page.tsx:5 and (see app/(group)/page.tsx:7)',
    'app/(group)/page.tsx:5-5',
    'app/(group)/page.tsx:7-7',
  ],
  ['`.github/workflows/ci.yml:1-3`', '.github/workflows/ci.yml:1-3'],
  ['`src/a.ts:1-2, src/b.ts:3`', 'src/a.ts:1-2', 'src/b.ts:3-3'],
  ['**src/a.ts:1** and *src/b.ts:2*', 'src/a.ts:1-1', 'src/b.ts:2-2'],
  ['src/a.ts:12:5 has a column', 'src/a.ts:12-12'],
  ['src\\a.ts:12', 'src\\a.ts:12-12'],
  // Signs for lines
  ['src/a.ts#L10-L20 and src/b.ts:L7', 'src/a.ts:10-20', 'src/b.ts:7-7'],
  ['src/a.ts#L10-20', 'src/a.ts:10-20'],
  ['src/a.ts#L1C1-L3C2', 'src/a.ts:1-3'],
  ['src/a.ts:L10-L20', 'src/a.ts:10-20'],
  ['src/a.ts：12－20', 'src/a.ts:12-20'],
  ['README.md?plain=1#L3', 'README.md:3-3'],
  ['src/a.ts#lines-10:20', 'src/a.ts:10-20'],
  ['src/a.ts:lines 10-20', 'src/a.ts:10-20'],
  // Dashes
  ['a.py:10 - 20', 'a.py:10-20'],
  ['a.py:10–20', 'a.py:10-20'],
  ['a.py:10 — 20', 'a.py:10-20'],
  ['a.py:10‑20', 'a.py:10-20'],
  ['a.py:10~20', 'a.py:10-20'],
  ['a.py:10..20', 'a.py:10-20'],
  ['a.py:10 to 20', 'a.py:10-20'],
  ['a.py:10–L20', 'a.py:10-20'],
  // Several ranges
  ['`a.ts:17, 33`', 'a.ts:17-17', 'a.ts:33-33'],
  ['a.ts:17, 33.', 'a.ts:17-17', 'a.ts:33-33'],
  ['a.ts:17,33-40, and 52', 'a.ts:17-17', 'a.ts:33-40', 'a.ts:52-52'],
  ['(a.ts:17-20 and 33)', 'a.ts:17-20', 'a.ts:33-33'],
  ['a.ts:17-20; 33-40)', 'a.ts:17-20', 'a.ts:33-40'],
  ['`a.ts:L17, L33`', 'a.ts:17-17', 'a.ts:33-33'],
  // Words
  ['src/a.ts, lines 324-325', 'src/a.ts:324-325'],
  ['`src/a.ts` (lines 10–20)', 'src/a.ts:10-20'],
  ['`src/a.ts`, line 12', 'src/a.ts:12-12'],
  ['`src/a.ts` at line 12', 'src/a.ts:12-12'],
  ['`src/a.ts` on lines 12 and 14', 'src/a.ts:12-12', 'src/a.ts:14-14'],
  ['`src/a.ts`:12', 'src/a.ts:12-12'],
  ['**src/a.ts**:12', 'src/a.ts:12-12'],
  ['src/a.ts (L10-L20)', 'src/a.ts:10-20'],
  ['`src/a.ts` L10-L20', 'src/a.ts:10-20'],
  ['`src/a.ts` (10-20)', 'src/a.ts:10-20'],
  ['lines 10-20 of `src/a.ts`', 'src/a.ts:10-20'],
  ['at line 12 in src/a.ts.', 'src/a.ts:12-12'],
  ['File "src/a b.py", line 12, in load', 'src/a b.py:12-12'],
  ['`src/a.ts lines 3 to 4`', 'src/a.ts:3-4'],
  ['src/a.ts, Zeilen 3 bis 4', 'src/a.ts:3-4'],
  ['src/a.ts, lignes 3 à 4', 'src/a.ts:3-4'],
  ['src/a.ts, líneas 3-4', 'src/a.ts:3-4'],
  ['src/a.ts, строки 3–4', 'src/a.ts:3-4'],
  ['src/a.ts(12,5): error', 'src/a.ts:12-12'],
  // Brackets and links
  ['[src/a.ts:5], [src/b.ts#L2-L3]', 'src/a.ts:5-5', 'src/b.ts:2-3'],
  ['[link](src/a.ts:5)', 'src/a.ts:5-5'],
  ['[load](src/a.ts#L5-L9)', 'src/a.ts:5-9'],
  ['[src/a.ts](src/a.ts):12', 'src/a.ts:12-12'],
  ['【src/a.ts†L12】', 'src/a.ts:12-12'],
  ['【F:src/a.ts†L12-L20】【F:src/b.ts†L3】', 'src/a.ts:12-20', 'src/b.ts:3-3'],
  ['<src/a.ts:12>', 'src/a.ts:12-12'],
  ['https://github.com/o/r/blob/main/src/a.ts#L10-L20', 'src/a.ts:10-20'],
  ['[load](https://gitlab.com/g/s/r/-/blob/v1.2/src/a.ts#L10-20)', 'src/a.ts:10-20'],
  // Quotation marks
  ['“src/a.ts:12”', 'src/a.ts:12-12'],
  ['‘src/a.ts:12’', 'src/a.ts:12-12'],
  ['„src/a.ts:12“', 'src/a.ts:12-12'],
  ['«src/a.ts:12»', 'src/a.ts:12-12'],
  ['「src/a.ts:12」', 'src/a.ts:12-12'],
  ['『src/a.ts:12-14』', 'src/a.ts:12-14'],
  ['"src/a.ts:12"', 'src/a.ts:12-12'],
  ["'src/a.ts:12'", 'src/a.ts:12-12'],
  // Chinese, Japanese, Korean
  ['请看src/a.ts:12的定义', 'src/a.ts:12-12'],
  ['定義はsrc/a.ts:12にある', 'src/a.ts:12-12'],
  ['정의는 src/a.ts:12에 있다', 'src/a.ts:12-12'],
  ['重试在`src/a.ts`第12行', 'src/a.ts:12-12'],
  ['在 src/a.ts 的第 12 至 20 行', 'src/a.ts:12-20'],
  ['`src/a.ts` の 12〜20 行目', 'src/a.ts:12-20'],
  ['`src/a.ts`의 12~20번째 줄', 'src/a.ts:12-20'],
  ['（src/a.ts：12）', 'src/a.ts:12-12'],
  ['src/a.ts:17、33。', 'src/a.ts:17-17', 'src/a.ts:33-33'],
  ['文档/说明.md:3', '文档/说明.md:3-3'],
  // No places
  ['http://localhost:8080/x'],
  ['no citation: 12'],
  ['see line 12, and lines 3 to 4'],
  ['the first 12 lines of the list'],
  ['in a.ts:17, 33 files match', 'a.ts:17-17'],
  ['a.ts:17, 2.5 seconds', 'a.ts:17-17'],
  ['it took src/a.ts 12 ms'],
  ['owner/repo#12 is the issue'],
  ['math.sqrt(16) and f.call(1, 2)'],
  ['src/a.ts (3 matches)'],
];

describe('findCitations', () => {
  it.each(forms)('%j', (text, ...expected) => {
    expect(places(text)).toEqual(expected);
  });

  it('says where each stands', () => {
    const text = 'In `a b.ts:2-3` and c.ts:4.';
    const marks = findCitations(text).map(({ index, length }) => text.substr(index, length));
    expect(marks).toEqual(['a b.ts:2-3', 'c.ts:4']);
  });

  it('passes over code fences', () => {
    expect(places('```ts\nsrc/a.ts:1\n```\nsrc/b.ts:2')).toEqual(['src/b.ts:2-2']);
  });

  it.each([
    ['digits', '1'.repeat(300_000)],
    ['paths without end', 'a/'.repeat(150_000)],
    ['ticks', '`'.repeat(300_000)],
    ['brackets', '([{'.repeat(100_000)],
    ['places on one line', 'src/a.ts:12, 14 '.repeat(20_000)],
    ['lines without a path', 'lines 12 to 20 of '.repeat(20_000)],
    ['CJK', '行12第'.repeat(100_000)],
  ])('takes time in proportion to the text: %s', (_, text) => {
    // A scan that is quadratic in this takes minutes and runs into the test's own limit.
    expect(findCitations(text).length).toBeGreaterThanOrEqual(0);
  });
});
